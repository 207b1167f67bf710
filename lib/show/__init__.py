"""Show: everything that knows Streamlit, HTML and colour; pages narrate with it, nothing below imports it."""

"""The floor that page times are divided by: the smallest Streamlit page with one button."""

import streamlit as st

count = st.session_state.setdefault("count", 0)
if st.button("Next week"):
    st.session_state.count = count = count + 1
st.html(f"<p class='endmark'>hello {count}</p>")

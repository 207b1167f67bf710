"""Story: what is shown in a meeting: scenes made from published group figures, and how they leave as deck, paper, sheets and snapshot.

Nothing in this room knows Streamlit.  Scenes are read through a presenter's desk, so that no name is ever in one.
"""

//! What the client calls a file and what gopls calls it.

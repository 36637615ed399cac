//! The words and stored forms of a vault. Does no I/O, holds no keys.

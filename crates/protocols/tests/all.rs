//! All tests of this crate as one program: linked once, not once a file.

mod common;
mod hj212;
mod jt808;
mod sl651;

//! All tests of this crate as one program: linked once, not once a file.

mod air;
mod common;
mod pairing;
mod parking_laws;
mod passages;
mod stays;
mod tariffs;

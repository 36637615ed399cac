//! Hand-over (移交): everything an archive has goes to its CA, is proved to have arrived, and only then ceases to be here. So do
//! the records of a list, such as those of one project, while the archive goes on with the others.
//!
//! ```text
//! at the archive   begun by one, confirmed by another: sealed, nothing more is filed           begin.rs
//!                  pushed, as ever: the CA has every byte of it                                crate::push
//! at the CA        every cover and document opened, filed into its own vault, named in a list  take.rs
//!                  the receipt: an act of the authority over that list                         receipt.rs
//! at the archive   all that is here is in the list as it is: destroyed, keys and all           finish.rs
//!                  of a list: its records alone, as a plan's are; keys stay                    part.rs
//! closed           once the CA has countersigned a head over the line that says so
//! ```
//! Until the receipt counts nothing has happened that cannot be taken back. What is destroyed is destroyed upon the CA's signature
//! under a list that names each record with what commits to its facts and documents; everything is compared with it once more.

mod begin; // sealed, or not after all
mod finish; // destroyed here
mod list; // the records of one that is not of everything
mod origin; // where a record comes from
mod part; // those destroyed here
mod receipt; // the list that a receipt is over
mod state; // what lines say of it
mod take; // taken in by the CA

pub use finish::{Finished, Lack, LackWhy};
pub use list::Listed;
pub use origin::Origin;
pub(crate) use receipt::check_list_size;
pub use receipt::{HandoverOrder, LIST_BYTES_MAX, Receipt, ReceiptRow, list_path};
pub(crate) use state::{DECIDERS, PROPOSERS};
pub use state::{Handover, Receipted, Stage, Taking};
pub use take::{Difference, TakeOptions, TakenOver};

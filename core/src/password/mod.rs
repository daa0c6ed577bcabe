//! Passwords: checking them against stored hashes, hashing new ones, judging new ones.
//!
//! [`Password`] is what a person typed, [`StoredHash`] what the database holds, and
//! [`PasswordPolicy`] compares the one with the other and makes new hashes.
//! [`Password::accept`] judges a new password. Nothing here counts attempts; the flows do that.

mod acceptance;
mod argon2;
mod argon2_hash;
mod leaked;
#[cfg(feature = "legacy-hashes")]
mod legacy;
mod limits;
mod memory;
mod pepper;
mod phc;
mod policy;
mod secret;
mod stored;

pub use acceptance::{Forbidden, Rejection};
pub use leaked::LeakedPasswords;
pub use limits::HashLimits;
pub use pepper::Pepper;
pub use policy::{Argon2Cost, PasswordPolicy, Verification};
pub use secret::Password;
pub use stored::StoredHash;

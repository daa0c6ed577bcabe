//! Whether new passwords are good enough.

use sekisho::password::{Forbidden, LeakedPasswords, Rejection};
use zeroize::Zeroizing;

use crate::SekishoError;
use crate::password_policy::parse;

/// Whether new passwords are good enough.
#[derive(uniffi::Object)]
pub struct PasswordAcceptance(LeakedPasswords);

#[uniffi::export]
impl PasswordAcceptance {
    /// Rejects the passwords of a list of those that have leaked or are common, one a line, in
    /// whatever case.
    #[uniffi::constructor(default(leaked = ""))]
    pub fn new(leaked: String) -> Self {
        Self(Zeroizing::new(leaked).lines().collect())
    }

    /// Judges a new password: every reason why it is not acceptable, none where it is.
    ///
    /// It has 8 to 256 characters, is not little else than repetition or sequence, has none of the
    /// user's own data (username, names, e-mail address, phone number) and of the operator's words
    /// (of 4 characters or more) in it, and is not on the list of leaked ones. How guessable it is
    /// otherwise is not estimated.
    ///
    /// Fails with `password_invalid` for one that is empty or longer than 4096 bytes.
    #[uniffi::method(default(own_data = [], words = []))]
    pub fn judge(
        &self,
        password: String,
        own_data: Vec<String>,
        words: Vec<String>,
    ) -> Result<Vec<PasswordRejection>, SekishoError> {
        let own_data: Vec<&str> = own_data.iter().map(String::as_str).collect();
        let forbidden = Forbidden { own_data: &own_data, words: &words, leaked: Some(&self.0) };
        let rejections = parse(password)?.accept(forbidden).err().unwrap_or_default();
        Ok(rejections.into_iter().filter_map(PasswordRejection::of).collect())
    }
}

macro_rules! rejections {
    ($($(#[doc = $doc:literal])+ $variant:ident,)+) => {
        /// Why a new password is not acceptable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
        pub enum PasswordRejection {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl PasswordRejection {
            /// None for one that this list lacks, which a test excludes.
            fn of(rejection: Rejection) -> Option<Self> {
                match rejection {
                    $(Rejection::$variant => Some(Self::$variant),)+
                    _ => None,
                }
            }

            const fn rejection(self) -> Rejection {
                match self { $(Self::$variant => Rejection::$variant,)+ }
            }
        }
    };
}

rejections! {
    /// It has fewer than 8 characters.
    TooShort,
    /// It has more than 256 characters.
    TooLong,
    /// It is little else than a character, or up to four characters, over and over.
    Repetition,
    /// It is little else than a sequence such as `12345678`, `fedcba` or `qwerty`.
    Sequence,
    /// It contains the user's own data.
    UserInfo,
    /// It contains a word that the operator rejects.
    Words,
    /// It has leaked or is common.
    Guessable,
}

#[uniffi::export]
impl PasswordRejection {
    /// The stable text form: Logto's code.
    pub fn text(&self) -> String {
        self.rejection().as_str().to_owned()
    }

    /// For a person: what is wrong with the password.
    pub fn describe(&self) -> String {
        self.rejection().message().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rejections_are_those_of_the_core() {
        for rejection in Rejection::ALL {
            let mirrored = PasswordRejection::of(*rejection).map(PasswordRejection::rejection);
            assert_eq!(mirrored, Some(*rejection));
        }
    }
}

//! `user`: adding, listing and changing users.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use clap::{Args, Subcommand};
use sekisho::password::Forbidden;
use sekisho::{Identifier, Password, PasswordPolicy, Subject, Verifier};
use zeroize::Zeroizing;

use super::{CommandError, KeyArgs};
use crate::app::{hash, new_user_id};
use crate::clock::Clock;
use crate::config::{self, ConfigError, KEYS_NEEDED};
use crate::driver::{Needs, drive};
use crate::policy::AccountPolicy;
use crate::store::{CountersArgs, DatabaseArgs, Opening, StoreSettings};
use crate::telemetry::{Decision, Verdict};
use crate::terminal;
use crate::users::{BuiltInUsers, Changed, NewUser, User, UsersUrlArgs};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Adds a user to the built-in table and prints the new id.
    Add(AddArgs),
    /// Lists all users of the built-in table: id, username, e-mail address, phone number, and what
    /// is special.
    List {
        #[command(flatten)]
        table: TableArgs,
    },
    /// Sets the password of a user in the built-in table, read from standard input or asked for.
    SetPassword {
        #[command(flatten)]
        table: TableArgs,
        /// The user's id, username, e-mail address or phone number.
        user: String,
    },
    /// Ends a block after too many failed attempts, and forgets the failures.
    Unblock {
        #[command(flatten)]
        table: TableArgs,
        #[command(flatten)]
        counters: CountersArgs,
        #[command(flatten)]
        keys: KeyArgs,
        /// The user's id, username, e-mail address or phone number; with --users-url the id.
        user: String,
    },
}

/// Where users are.
#[derive(Args)]
pub(super) struct TableArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    users: UsersUrlArgs,
}

#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    table: TableArgs,
    /// A name to sign in with.
    #[arg(long, env = "SEKISHO_USER_USERNAME")]
    username: Option<String>,
    /// The e-mail address.
    #[arg(long, env = "SEKISHO_USER_EMAIL")]
    email: Option<String>,
    /// The phone number: digits only, the country code first.
    #[arg(long, env = "SEKISHO_USER_PHONE")]
    phone: Option<String>,
    /// What the user is called.
    #[arg(long, env = "SEKISHO_USER_NAME")]
    name: Option<String>,
    /// The id, where the user has one elsewhere already: what access tokens have as `sub`.
    #[arg(long, env = "SEKISHO_USER_ID")]
    id: Option<String>,
    /// Reads a password from standard input, or asks for it. Without this the user has none.
    #[arg(long, env = "SEKISHO_USER_PASSWORD_STDIN")]
    password_stdin: bool,
}

pub(super) async fn run(command: UserCommand) -> Result<(), CommandError> {
    match command {
        UserCommand::Add(args) => add(args).await,
        UserCommand::List { table } => list(&*open(table, Opening::Look).await?).await,
        UserCommand::SetPassword { table, user } => {
            set_password(&*open(table, Opening::Look).await?, &user).await
        }
        UserCommand::Unblock { table, counters, keys, user } => {
            unblock(table, counters, keys, &user).await
        }
    }
}

async fn add(args: AddArgs) -> Result<(), CommandError> {
    require_built_in(&args.table)?;
    let own_data = [&args.username, &args.email, &args.phone, &args.name];
    let own_data: Vec<&str> = own_data.into_iter().flatten().map(String::as_str).collect();
    if args.username.is_none() && args.email.is_none() && args.phone.is_none() {
        let missing = "a user needs --username, --email or --phone to be known by";
        return Err(CommandError::Refused(missing.to_owned()));
    }
    let password_hash = if args.password_stdin { Some(new_hash(&own_data)?) } else { None };
    let id = match args.id {
        Some(id) => Subject::parse(&id)?.as_str().to_owned(),
        None => new_user_id()?,
    };
    let user = NewUser {
        id,
        email: args.email.as_deref().map(Identifier::email).transpose()?,
        phone: args.phone.as_deref().map(Identifier::phone).transpose()?,
        username: args.username,
        name: args.name,
        password_hash,
        suspended: false,
    };
    let table = open(args.table, Opening::Serve).await?;
    table.add_user(&user, Clock::default().now_milliseconds()).await?;
    table.close().await;
    terminal::line(&user.id);
    Ok(())
}

async fn list(table: &dyn BuiltInUsers) -> Result<(), CommandError> {
    for user in table.users().await? {
        let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let special =
            [(user.password_hash.is_none(), "no password"), (user.suspended, "suspended")];
        let special = special.into_iter().filter_map(|(is_so, what)| is_so.then_some(what));
        let columns = [
            user.id.clone(),
            or_dash(&user.username),
            or_dash(&user.email),
            or_dash(&user.phone),
            special.collect::<Vec<_>>().join(", "),
        ];
        terminal::line(columns.join("\t").trim_end());
    }
    table.close().await;
    Ok(())
}

async fn set_password(table: &dyn BuiltInUsers, name: &str) -> Result<(), CommandError> {
    let user = find(table, name).await?;
    let own_data = [&user.username, &user.email, &user.phone, &user.name];
    let own_data: Vec<&str> = own_data.into_iter().flatten().map(String::as_str).collect();
    let hash = new_hash(&own_data)?;
    let now = Clock::default().now_milliseconds();
    let changed = table.set_password_hash(&user.id, &hash, now).await?;
    table.close().await;
    match changed {
        Changed::Yes => terminal::line(format_args!("{}: the password is set", user.id)),
        Changed::No => return Err(no_such_user()),
    }
    Ok(())
}

async fn unblock(
    table: TableArgs,
    counters: CountersArgs,
    keys: KeyArgs,
    name: &str,
) -> Result<(), CommandError> {
    let keys = config::keys(keys)?.ok_or(CommandError::Refused(KEYS_NEEDED.to_owned()))?;
    let is_built_in = !table.users.is_given();
    let settings = StoreSettings::new(table.database, counters, is_built_in)?;
    let stores = settings.ok_or_else(no_database)?.open(Opening::Look).await?;
    let id = match &stores.users {
        Some(table) if is_built_in => find(&**table, name).await?.id,
        _ => name.to_owned(),
    };
    let verifier = Verifier::new(keys.ring, AccountPolicy::default().to_core()?)?;
    let subject = Subject::parse(&id)?;
    let (step, clock) = (verifier.unblock(&subject), Clock::default());
    let unblocked = drive(step, Needs::default(), &*stores.counters, &clock).await;
    stores.close().await;
    let verdict = match &unblocked {
        Ok(()) => Verdict::SUCCESS,
        Err(_) => Verdict::error("service.unavailable"),
    };
    Decision::unblock(verifier.keys(), &subject).tell(verdict);
    unblocked.map_err(|error| CommandError::Refused(error.to_string()))?;
    let unseen = if is_built_in { "" } else { " (whether there is such a user was not looked up)" };
    terminal::line(format_args!("{id}: the failures are forgotten, no block is left{unseen}"));
    Ok(())
}

/// Users who are elsewhere are not this program's to show, and their passwords not its to set
/// without a verification.
fn require_built_in(args: &TableArgs) -> Result<(), CommandError> {
    if !args.users.is_given() {
        return Ok(());
    }
    let elsewhere = "users are in the database of --users-url (SEKISHO_USERS_URL), and this command \
                     knows the built-in table alone. Use that database's own tools";
    Err(CommandError::Refused(elsewhere.to_owned()))
}

async fn open(args: TableArgs, opening: Opening) -> Result<Arc<dyn BuiltInUsers>, CommandError> {
    require_built_in(&args)?;
    let settings = StoreSettings::of_database(args.database)?.ok_or_else(no_database)?;
    settings.open(opening).await?.users.ok_or_else(no_database)
}

fn no_database() -> CommandError {
    ConfigError::Missing("--database (SEKISHO_DATABASE)".to_owned()).into()
}

async fn find(table: &dyn BuiltInUsers, name: &str) -> Result<User, CommandError> {
    table.find_user(name).await?.ok_or_else(no_such_user)
}

fn no_such_user() -> CommandError {
    let message = "there is no such user in the built-in table; `user list` shows all of it. (Where \
                   users are elsewhere, give --users-url too)";
    CommandError::Refused(message.to_owned())
}

/// Asks for a password, judges it, hashes it.
fn new_hash(own_data: &[&str]) -> Result<Zeroizing<String>, CommandError> {
    let typed = read_password()?;
    let forbidden = Forbidden { own_data, ..Forbidden::default() };
    if let Err(rejections) = Password::parse(&typed)?.accept(forbidden) {
        let reasons: Vec<_> = rejections.iter().map(|rejection| rejection.message()).collect();
        let message = format!("the password is not acceptable: {}", reasons.join("; "));
        return Err(CommandError::Refused(message));
    }
    Ok(hash(&PasswordPolicy::default(), &typed)?)
}

/// The first line of standard input; at a terminal it is asked for and not shown.
fn read_password() -> Result<Zeroizing<String>, io::Error> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map(Zeroizing::new);
    }
    let mut line = Zeroizing::new(String::with_capacity(Password::MAX_BYTES + 2));
    io::stdin().read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

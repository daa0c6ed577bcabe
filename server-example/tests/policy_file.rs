//! Whatever is wrong with the policy in the file of settings is told by its key and line.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::process::Command;

/// What `config check` says of a file that begins with a comment and then has this.
fn refusal(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), format!("# The first line.\n{text}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho-server"));
    command.env_clear().current_dir(directory.path());
    let output = command.args(["config", "check", "--config-file", "file"]).output().unwrap();
    assert!(!output.status.success(), "{text}");
    String::from_utf8(output.stderr).unwrap()
}

/// `text` is wrong in this line, where `told` is what is said.
fn assert_told(text: &str, line: usize, told: &str) {
    let expected = format!("--config-file file, line {line}: policy{told}");
    let message = refusal(text);
    assert!(message.contains(&expected), "{text}\n{message}is not\n{expected}");
}

#[test]
fn what_cannot_be_read() {
    for (text, line, told) in [
        ("policy = 1", 2, " must be a table"),
        ("[policy]\nlockuot = 5", 3, ".lockuot: unknown field"),
        ("[policy]\n\nlockout.maxAttemps = 5", 4, ".lockout.maxAttemps: unknown field"),
        ("[policy.lockout]\nmaxAttempts = 'x'", 3, ".lockout.maxAttempts: invalid type"),
        ("[policy.code]\nmaxRetryAttempts = -1", 3, ".code.maxRetryAttempts: invalid value"),
        ("[policy]\nlockout = 5", 3, ".lockout: invalid type"),
        (
            "[policy]\nfields = {phone = 'Edit', email = 'Of'}",
            3,
            ".fields.email: unknown variant `Of`",
        ),
        ("[policy]\nemailBlocklist = [\n'a.test',\n5]", 5, ".emailBlocklist: invalid type"),
        ("[policy]\noperations = 3", 3, ".operations: invalid type"),
        ("[policy.operations]\npay = 3", 3, ".operations.pay: invalid type"),
        ("[policy]\n[policy.operations.pay]", 3, ".operations.pay: missing field `methods`"),
        (
            "[policy.operations.pay]\nmethods = ['password']",
            2,
            ".operations.pay: missing field `message`",
        ),
        (
            "[policy.operations]\npay = {methods = ['password']}",
            3,
            ".operations.pay: missing field `message`",
        ),
        (
            "[policy.operations.pay]\nmethods = [\n'password',\n'sms']",
            5,
            ".operations.pay.methods: unknown variant `sms`",
        ),
        (
            "[policy.operations.pay]\nmethods = ['password']\nmatch = 'both'",
            4,
            ".operations.pay.match: unknown variant `both`",
        ),
        (
            "[policy.operations.pay]\nmethods = ['password']\nbund = true",
            4,
            ".operations.pay.bund: unknown field",
        ),
        ("[policy.operations.pay.message]\nen = 5", 3, ".operations.pay.message.en: invalid type"),
    ] {
        assert_told(text, line, told);
    }
}

#[test]
fn what_no_policy_can_have() {
    for (text, line, told) in [
        ("[policy.lockout]\n\nmaxAttempts = 0", 4, ".lockout.maxAttempts is 0, but it must be"),
        ("[policy]\nlockout.lockoutMinutes = 0", 3, ".lockout.lockoutMinutes is 0"),
        ("[policy.lockout]\nsessionMaxAttempts = 999999", 3, ".lockout.sessionMaxAttempts is"),
        ("[policy]\ncode = {expirationDuration = 5}", 3, ".code.expirationDuration is 5"),
        ("[policy.code]\nmaxRetryAttempts = 0", 3, ".code.maxRetryAttempts is 0"),
        ("[policy]\npasswordWords = ['acme',\n'bar']", 4, ".passwordWords: \"bar\" has fewer"),
        ("[policy]\npasswordWords = ['e\u{301}e\u{301}']", 3, ".passwordWords: "),
        (
            "[policy]\nemailBlocklist = ['*.spam.test']",
            3,
            ".emailBlocklist: \"*.spam.test\" is neither",
        ),
        ("[policy]\nemailAllowlist = [\n'a.test',\n'@']", 5, ".emailAllowlist: \"@\" is neither"),
    ] {
        assert_told(text, line, told);
    }
}

#[test]
fn what_no_operation_can_have() {
    let operation = |more: &str| format!("[policy]\n[policy.operations.pay]\n{more}");
    let message = "message.en = 'Pay {amount}'";
    for (more, line, told) in [
        (format!("methods = []\n{message}"), 4, ".methods names no method"),
        (
            format!("{message}\nmethods = [\n'password',\n'email_code',\n'password']"),
            8,
            ".methods names password twice",
        ),
        (
            format!("methods = ['password']\nmaxAgeSeconds = 0\n{message}"),
            5,
            ".maxAgeSeconds is 0, but it must be 1 to 86400",
        ),
        ("methods = ['password']\nmessage.ja = '{amount}'".to_owned(), 5, ".message has no en"),
        ("methods = ['password']\nmessage = {}".to_owned(), 5, ".message has no en"),
        (
            format!("methods = ['password']\n{message}\nmessage.j = '{{amount}}'"),
            6,
            ".message.j is not a language",
        ),
        ("methods = ['password']\nmessage.en = 'Pay'".to_owned(), 5, ".message.en shows no field"),
        (
            format!("methods = ['password']\n{message}\n[policy.operations.pay.message.ja]"),
            6,
            ".message.ja: invalid type",
        ),
        (
            format!("methods = ['password']\n{message}\nmessage.ja = '{{ amount }}'"),
            6,
            ".message.ja: no operation has a field named \" amount \"",
        ),
        (
            format!("methods = ['password']\n{message}\nmessage.ja = '{{amount'"),
            6,
            ".message.ja: A message template must be",
        ),
    ] {
        assert_told(&operation(&more), line, &format!(".operations.pay{told}"));
    }
    let named = format!("[policy.operations.\"a.b\"]\nmethods = ['password']\n{message}");
    assert_told(&named, 2, ".operations.a.b: a type is 1 to 64 letters");
    let second = format!(
        "[policy.operations.one]\nmethods = ['password']\n{message}\n\n\
         [policy.operations.two]\nmethods = []\n{message}"
    );
    assert_told(&second, 7, ".operations.two.methods names no method");
}

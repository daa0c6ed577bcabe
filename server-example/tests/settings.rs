//! Settings that are wrong stop the start, and the message names the setting.
#![allow(clippy::expect_used, reason = "a panic is how a test fails")]

use std::path::Path;
use std::process::{Command, Output};

const SECRET: &str = "SEKISHO_ACCESS_TOKEN_SECRET=0123456789abcdef0123456789abcdef";

const CLIENT_SECRET: &str = "SEKISHO_INTROSPECTION_CLIENT_SECRET=s";

fn run(directory: &Path, environment: &[&str], arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho-server"));
    command.env_clear().current_dir(directory).args(arguments.split_whitespace());
    for variable in environment {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        command.env(name, value);
    }
    command.output().expect("the server's binary runs")
}

#[test]
fn wrong_settings_stop_the_start_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let made = run(directory, &[], "keys generate --keys-file keys");
    assert!(made.status.success());
    std::fs::write(directory.join("policy"), "no policy").unwrap();
    std::fs::write(directory.join("empty"), "\n").unwrap();
    let complete = "serve --listen 127.0.0.1:0 --database db --keys-file keys \
        --access-token-issuer i --access-token-audience a --smtp-url smtp://localhost:1 \
        --mail-from a@example.com";
    let with = |more: &str| format!("{complete} {more}");
    let of = |issuer: &str| complete.replace("issuer i", &format!("issuer {issuer}"));
    let asking = |more: &str| format!("{} {more}", of("https://id.example.com"));
    let rows: [(&[&str], &str, &str); 44] = [
        (&[], "serve", "--database"),
        (&[], "serve", "--access-token-issuer"),
        (&["SEKISHO_DATABSE=x"], "serve --dev", "SEKISHO_DATABSE"),
        (&["SEKISHO_DATABSE=x"], "keys list", "SEKISHO_DATABSE"),
        (&["SEKISHO_SMTP_PORT=25"], "keys list", "SEKISHO_SMTP_PORT"),
        (&["SEKISHO_LOG_LEVEL="], "keys list", "--log-level"),
        (&["SEKISHO_LOG_LEVEL=3"], "keys list", "--log-level"),
        (&["SEKISHO_DATABSE=x"], "user list", "SEKISHO_DATABSE"),
        (&["SEKISHO_PORT_TCP=x"], "keys list", "SEKISHO_PORT_TCP"),
        (&["SEKISHO_SERVICE=x"], "keys list", "SEKISHO_SERVICE"),
        (&["SEKISHO_SERVICE_PORTS=x"], "keys list", "SEKISHO_SERVICE_PORTS"),
        (&["SEKISHO_FIRST_PARTY_CLIENTS="], "serve", "--first-party-clients"),
        (&["SEKISHO_FIRST_PARTY_CLIENTS=web,,app"], "serve", "--first-party-clients"),
        (&["SEKISHO_FIRST_PARTY_CLIENTS=web, "], "serve", "--first-party-clients"),
        (&["SEKISHO_DEV=perhaps"], "serve", "--dev"),
        (&["SEKISHO_KEYS=x"], "serve --dev", "SEKISHO_KEYS"),
        (&[SECRET], "serve --dev", "SEKISHO_ACCESS_TOKEN_SECRET"),
        (&[], "serve --dev --listen nowhere", "--listen"),
        (&[], "serve --dev --metrics-listen nowhere", "--metrics-listen"),
        (&[], "serve --dev --drain-delay 301", "--drain-delay"),
        (&[], "serve --dev --log-format xml", "--log-format"),
        (&[], "serve --dev --smtp-url mail:465 --mail-from a@b.c", "must begin with smtps://"),
        (&["SEKISHO_KEYS=x"], "serve --keys-file keys", "SEKISHO_KEYS"),
        (&["SEKISHO_ACCESS_TOKEN_SECRET=short"], "serve", "SEKISHO_ACCESS_TOKEN_SECRET"),
        (&[SECRET], &with("--access-token-key-file keys"), "--access-token-key-file"),
        (&[], &with("--access-token-key-file keys"), "--access-token-key-file"),
        (&[], complete, "--access-token-issuer"),
        (&[], &of("http://id.example.com"), "--access-token-issuer"),
        (&[], &of("https://id.example.com?x"), "--access-token-issuer"),
        (&[], &asking("--introspection-client-id c"), "--introspection-client-id"),
        (&[CLIENT_SECRET], &asking(""), "--introspection-client-id"),
        (&[SECRET, CLIENT_SECRET], &with("--introspection-client-id c"), "checked with"),
        (
            &[CLIENT_SECRET],
            &asking("--introspection-client-secret-file keys"),
            "SEKISHO_INTROSPECTION_CLIENT_SECRET",
        ),
        (
            &[],
            &asking("--introspection-client-id c --introspection-client-secret-file empty"),
            "--introspection-client-secret-file",
        ),
        (
            &[],
            &asking("--introspection-client-id c --introspection-client-secret-file gone"),
            "--introspection-client-secret-file",
        ),
        (&[], "serve --dev --introspection-client-id c", "--introspection-client-id"),
        (&[CLIENT_SECRET], "serve --dev", "SEKISHO_INTROSPECTION_CLIENT_SECRET"),
        (&[], &with("--access-token-secret-file empty"), "--access-token-secret-file empty"),
        (&[], &with("--access-token-secret-file gone"), "--access-token-secret-file gone"),
        (&[], &with("--access-token-secret-file policy"), "shorter than 32 bytes"),
        (&[SECRET], &with("--access-token-secret-file keys"), "SEKISHO_ACCESS_TOKEN_SECRET"),
        (&[SECRET], &with("--smtp-url-file keys"), "--smtp-url-file"),
        (&[SECRET], &with("--leaked-passwords-file gone"), "--leaked-passwords-file gone"),
        (&[], "serve --dev --sms-url-file empty", "--sms-url-file empty"),
    ];
    for (environment, arguments, named) in rows {
        assert_refused(directory, environment, arguments, named);
    }
}

#[test]
fn wrong_settings_of_stores_stop_the_start_by_name() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("empty"), "\n").unwrap();
    let theirs = "--users-url sqlite:x --users-find-sql $1";
    let rows: [(&[&str], &str, &str); 20] = [
        (&[], "config check --database mysql://u:hunter2@h/db", "--database"),
        (&[], "config check --database postgres:hunter2", "--database"),
        (&[], "config check --database postgres://u:hunter2@h:port/db", "--database"),
        (&[], "config check --database postgres://u:hunter2@h/db?pasword=hunter2", "\"pasword\""),
        (&["SEKISHO_DATABASE="], "config check", "--database"),
        (&[], "config check --database db --database-url-file empty", "--database-url-file"),
        (&[], "config check --database-url-file empty", "--database-url-file empty"),
        (&[], "config check --counters sekisho.db", "--counters"),
        (&[], "config check --counters mysql://u:hunter2@h", "--counters"),
        (&[], "config check --counters redis://:hunter2@h:port", "--counters"),
        (&[], "config check --counters rediss://:hunter2@h/#insecure", "--counters"),
        (&[], "config check --counters postgres://u:hunter2@h?sslmod=x", "\"sslmod\""),
        (&[], "config check --counters redis://h --counters-url-file empty", "--counters-url-file"),
        (&[], "config check --counters redis://h", "missing: --access-token-issuer"),
        (&[], "config check --counters redis://h", "--database (SEKISHO_DATABASE)"),
        (&[], &format!("config check --database db --counters redis://h {theirs}"), "of no use"),
        (&[], "serve --dev --database db", "--database"),
        (&["SEKISHO_COUNTERS=redis://127.0.0.1:1"], "serve --dev", "--counters: Redis"),
        (&["SEKISHO_DATABASE=postgres://u:hunter2@127.0.0.1:1/db"], "serve --dev", "--database: P"),
        (&[], "user list", "--database"),
    ];
    for (environment, arguments, named) in rows {
        assert_refused(directory.path(), environment, arguments, named);
        let output = run(directory.path(), environment, arguments);
        for told in [output.stdout, output.stderr] {
            let told = String::from_utf8(told).unwrap();
            assert!(!told.contains("hunter2"), "{environment:?} {arguments}\n{told}");
        }
    }
}

#[test]
fn wrong_settings_of_users_stop_the_start_by_name() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("empty"), "\n").unwrap();
    let rows: [(&[&str], &str, &str); 10] = [
        (&[], "serve --dev --users-url sqlite:x --users-find-sql $1", "--users-url"),
        (&[], "serve --users-find-sql $1", "--users-find-sql"),
        (&[], "serve --users-set-email-sql $1,$2", "--users-set-email-sql"),
        (&[], "serve --users-url sqlite:x", "--users-find-sql"),
        (&[], "serve --users-url sqlite:x --users-find-sql x", "$1"),
        (&[], "serve --users-url-file empty --users-find-sql $1", "--users-url-file"),
        (&["SEKISHO_USERS_SET_EMAIL_SQL="], "serve", "--users-set-email-sql"),
        (&[], "config check --users-url mysql://a --users-find-sql $1", "postgres://"),
        (&[], "config check --users-url postgres://u:p@h:99999/db --users-find-sql $1", "port"),
        (&[], "config check --users-url postgres://h?sslmod=x --users-find-sql $1", "sslmod"),
    ];
    for (environment, arguments, named) in rows {
        assert_refused(directory.path(), environment, arguments, named);
    }
}

#[test]
fn wrong_settings_of_delivery_stop_the_start_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("policy"), "no policy").unwrap();
    std::fs::write(directory.join("empty"), "\n").unwrap();
    let rows: [(&[&str], &str, &str); 16] = [
        (&[], "serve --dev --smtp-url smtp://localhost", "--mail-from"),
        (&[], "serve --dev --mail-from a@example.com", "--smtp-url"),
        (&[], "serve --dev --smtp-url http://h --mail-from a@example.com", "--smtp-url"),
        (&[], "serve --dev --smtp-url smtp://h --mail-from nobody", "--mail-from"),
        (&[], "serve --dev --smtp-url smtp://h?tls=opportunistic --mail-from a@b.c", "--smtp-url"),
        (&[], "serve --dev --smtp-url smtp://user@h --mail-from a@b.c", "--smtp-url"),
        (&[], "serve --dev --smtp-ca-file policy", "--smtp-ca-file"),
        (
            &[],
            "serve --dev --smtp-url smtp://h --mail-from a@b.c --smtp-ca-file policy",
            "--smtp-ca-file",
        ),
        (
            &[],
            "serve --dev --smtp-url smtps://h --mail-from a@b.c --smtp-ca-file policy",
            "--smtp-ca-file policy",
        ),
        (
            &[],
            "serve --dev --smtp-url smtps://h --mail-from a@b.c --smtp-ca-file none",
            "--smtp-ca-file none",
        ),
        (&[], "serve --dev --sms-url https://h", "--sms-secret-file"),
        (&[], "serve --dev --sms-url https://h --sms-secret-file policy", "--sms-secret-file"),
        (&["SEKISHO_SMS_SECRET=whsec_x"], "serve --dev --sms-url https://h", "SEKISHO_SMS_SECRET"),
        (&[], "serve --dev --templates-folder none", "--templates-folder"),
        (&[], "serve --dev --origin-domain https://example.com", "--origin-domain"),
        (&["SEKISHO_CODE_IN_SUBJECT=perhaps"], "serve --dev", "--code-in-subject"),
    ];
    for (environment, arguments, named) in rows {
        assert_refused(directory, environment, arguments, named);
    }
}

#[test]
fn a_wrong_file_of_settings_stops_the_start_by_name_and_line() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert!(run(directory, &[], "keys generate --keys-file keys").status.success());
    std::fs::write(directory.join("smtp"), "smtp://localhost:1").unwrap();
    let rest = "database = 'db'\nkeys-file = 'keys'\naccess-token-issuer = 'i'
access-token-audience = 'a'\nsmtp-url-file = 'smtp'\nmail-from = 'a@example.com'\n";
    for (text, named) in [
        ("databse = 'x'", "file, line 7: \"databse\""),
        ("config-file = 'file'", "file, line 7: \"config-file\""),
        ("user-email = 'a@example.com'", "file, line 7: \"user-email\""),
        ("listen = 'nowhere'", "listen stands in file, line 7"),
        ("dev = 'perhaps'", "dev stands in file, line 7"),
        ("listen = ['x', 'y']", "file, line 7: listen"),
        ("listen = 1.5", "file, line 7: listen"),
        ("first-party-clients = []", "file, line 7: first-party-clients is an empty list"),
        ("log-level = ''", "log-level stands in file, line 7"),
        ("listen = x", "file, line 7"),
        ("database = 'twice'", "file, line 7"),
        ("listen.on = 'x'", "file, line 7: listen"),
        ("policy = 1", "file, line 7: policy must be a table"),
        ("[polcy]", "file, line 7: \"polcy\""),
    ] {
        std::fs::write(directory.join("file"), format!("{rest}{text}")).unwrap();
        assert_refused(directory, &[SECRET], "serve --config-file file", named);
        assert_refused(directory, &[SECRET, "SEKISHO_CONFIG_FILE=file"], "config check", named);
    }
    assert_refused(directory, &[], "serve --dev --config-file none", "--config-file none");
    let hashes = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:42\r\n".repeat(3);
    for (text, named) in [("\n\r\n", "there is no password"), (hashes.as_str(), "hashes")] {
        std::fs::write(directory.join("leaked"), text).unwrap();
        std::fs::write(directory.join("file"), format!("{rest}leaked-passwords-file = 'leaked'"))
            .unwrap();
        assert_refused(directory, &[SECRET], "config check --config-file file", named);
    }
    std::fs::write(directory.join("spaces"), " ".repeat(40)).unwrap();
    std::fs::write(directory.join("file"), format!("{rest}access-token-secret-file = 'spaces'"))
        .unwrap();
    assert_refused(directory, &[], "config check --config-file file", "spaces: the file is empty");
    std::fs::write(directory.join("policy"), "[policy]\nenabled = true").unwrap();
    assert_refused(directory, &[], "serve --dev --config-file policy", "[policy]");
}

fn assert_refused(directory: &Path, environment: &[&str], arguments: &str, named: &str) {
    let output = run(directory, environment, arguments);
    let message = String::from_utf8(output.stderr).expect("messages are text");
    assert!(!output.status.success(), "{environment:?} {arguments}");
    assert!(message.contains(named), "{named}: {environment:?} {arguments}\n{message}");
    assert!(!message.contains("panicked"), "{environment:?} {arguments}\n{message}");
}

#[test]
fn what_kubernetes_sets_beside_a_service_of_our_name_is_no_setting() {
    let directory = tempfile::tempdir().unwrap();
    let linked = [
        "SEKISHO_SERVICE_HOST=10.0.0.1",
        "SEKISHO_SERVICE_PORT=3001",
        "SEKISHO_SERVICE_PORT_HTTP=3001",
        "SEKISHO_PORT=tcp://10.0.0.1:3001",
        "SEKISHO_PORT_3001_TCP=tcp://10.0.0.1:3001",
        "SEKISHO_PORT_3001_TCP_PROTO=tcp",
        "SEKISHO_PORT_3001_TCP_PORT=3001",
        "SEKISHO_PORT_3001_TCP_ADDR=10.0.0.1",
        "SEKISHO_SERVER_SERVICE_HOST=10.0.0.1",
        "SEKISHO_SERVER_PORT_53_UDP=udp://10.0.0.1:53",
    ];
    assert!(run(directory.path(), &linked, "keys generate").status.success());
}

#[test]
fn help_is_shown_whatever_the_environment() {
    let directory = tempfile::tempdir().unwrap();
    let environment = ["SEKISHO_DATABSE=x", "SEKISHO_DEV=perhaps", "SEKISHO_LISTEN=nowhere"];
    for arguments in ["--help", "serve --help", "help keys", "--version"] {
        let output = run(directory.path(), &environment, arguments);
        assert!(output.status.success(), "{arguments}");
        assert!(!output.stdout.is_empty(), "{arguments}");
    }
}

#[test]
fn secrets_are_in_no_message() {
    let directory = tempfile::tempdir().unwrap();
    let file = "smtp-url = 'smtps://u:hunter2@h'\nmail-from = 'a@example.com'\n";
    std::fs::write(directory.path().join("file"), file).unwrap();
    std::fs::write(directory.path().join("secret"), "sms-secret = 'hunter2'").unwrap();
    for (environment, arguments) in [
        (["SEKISHO_KEYS=hunter2hunter2"], "serve"),
        (["SEKISHO_ACCESS_TOKEN_SECRET=hunter2hunter2"], "serve"),
        (["SEKISHO_INTROSPECTION_CLIENT_SECRET=hunter2"], "serve"),
        (["SEKISHO_SMTP_URL=http://u:hunter2@h"], "serve --dev --mail-from a@example.com"),
        (["SEKISHO_SMTP_URL=smtps://u:hunter2@h"], "serve --help"),
        (["SEKISHO_SMS_SECRET=whsec_hunter2"], "serve --dev --sms-url https://h"),
        (["SEKISHO_SMS_URL=https://h/hunter2"], "serve --help"),
        (["SEKISHO_USERS_URL=postgres://u:hunter2@h/d"], "serve --help"),
        (["SEKISHO_USERS_URL=postgres://u:hunter2@h/d"], "user list --database none"),
        (["SEKISHO_USERS_URL=postgres://u:hunter2@h/d"], "config check"),
        (["SEKISHO_CONFIG_FILE=file"], "serve --help"),
        (["SEKISHO_CONFIG_FILE=file"], "config check --dev"),
        (["SEKISHO_CONFIG_FILE=secret"], "serve --dev"),
        (["SEKISHO_SMS_SECRET=whsec_hunter2"], "config check --dev"),
    ] {
        let Output { stdout, stderr, .. } = run(directory.path(), &environment, arguments);
        let shown = String::from_utf8([stdout, stderr].concat()).unwrap();
        assert!(!shown.contains("hunter2"), "{arguments}\n{shown}");
    }
}

#[test]
fn the_command_line_comes_before_the_environment_and_that_before_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = "log-level = 'warn'\nlisten = '127.0.0.1:1'\nmail-from = 'file@example.com'
smtp-url = 'smtp://h'\ncode-in-subject = true\norigin-domain = 'file.example'\ndev = true\n";
    std::fs::write(directory.path().join("file"), file).unwrap();
    let environment = [
        "SEKISHO_CONFIG_FILE=file",
        "SEKISHO_LISTEN=127.0.0.1:2",
        "SEKISHO_MAIL_FROM=variable@example.com",
        "SEKISHO_CODE_IN_SUBJECT=false",
    ];
    let output = run(directory.path(), &environment, "config check --mail-from line@example.com");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    let cells = |line: &str| -> Vec<String> {
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.map(str::to_owned).collect()
    };
    let rows: Vec<_> = shown.lines().map(cells).collect();
    for row in [
        ["listen", "127.0.0.1:2", "SEKISHO_LISTEN"],
        ["mail-from", "line@example.com", "command line"],
        ["code-in-subject", "false", "SEKISHO_CODE_IN_SUBJECT"],
        ["origin-domain", "file.example", "file, line 6"],
        ["smtp-url", "smtp://h", "file, line 4"],
        ["log-level", "warn", "file, line 1"],
        ["dev", "true", "file, line 7"],
    ] {
        assert!(rows.iter().any(|cells| cells == &row), "{row:?}\n{shown}");
    }
}

#[test]
fn complete_settings_are_told_so_with_the_policy_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert!(run(directory, &[], "keys generate --keys-file keys").status.success());
    std::fs::write(directory.join("smtp"), "smtp://localhost:1\n").unwrap();
    std::fs::write(directory.join("secret"), "0123456789abcdef0123456789abcdef\n").unwrap();
    std::fs::write(directory.join("leaked"), b"hunter2\r\n\xff\n\notters in the moat").unwrap();
    let file = "database = 'db'\nkeys-file = 'keys'\naccess-token-issuer = 'https://id.example.com'
access-token-audience = 'a'\naccess-token-secret-file = 'secret'\nsmtp-url-file = 'smtp'
mail-from = 'a@example.com'\nfirst-party-clients = ['web', 'app']
leaked-passwords-file = 'leaked'\n[policy]\ncode.expirationDuration = 120\n";
    std::fs::write(directory.join("file"), file).unwrap();
    let output = run(directory, &[], "config check --config-file file");
    let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{shown}");
    for part in ["These settings are complete", "web, app", "file, line 11", "120"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(!directory.join("db").exists());
}

#[test]
fn the_table_of_settings_is_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(directory.path(), &[], "config reference");
    let written = String::from_utf8(output.stdout).unwrap();
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
    let kept = std::fs::read_to_string(kept).unwrap();
    assert!(kept == written, "cargo run -p sekisho-server -- config reference >docs/settings.md");
}

#[test]
fn a_new_key_ring_is_production_and_can_be_rotated() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let text = |arguments: &str| {
        let output = run(directory, &[], arguments);
        assert!(output.status.success(), "{arguments}");
        String::from_utf8(output.stdout).unwrap()
    };
    text("keys generate --keys-file keys");
    let before = text("keys list --keys-file keys");
    assert!(before.starts_with("production ring"), "{before}");
    assert_eq!(before.matches("seals now").count(), 1, "{before}");
    text("keys rotate --keys-file keys --seals-in 0");
    let after = text("keys list --keys-file keys");
    assert_eq!(after.lines().count(), before.lines().count() + 1, "{after}");
    assert_eq!(after.matches("opens until -").count(), 1, "{after}");
    assert!(!run(directory, &[], "keys generate --keys-file keys").status.success());

    let refused = |arguments: &str| {
        let output = run(directory, &[], arguments);
        assert!(!output.status.success(), "{arguments}");
        String::from_utf8(output.stderr).unwrap()
    };
    let ids: Vec<_> = after.lines().skip(1).filter_map(|line| line.get(..8)).collect();
    let [old, new] = ids.as_slice() else { panic!("{after}") };
    assert!(refused(&format!("keys retire {new} --keys-file keys")).contains("keys rotate"));
    assert!(refused("keys retire 0000000g --keys-file keys").contains("0000000g"));
    text(&format!("keys retire {old} --keys-file keys --in 60"));
    assert_ne!(text("keys list --keys-file keys"), after);
    text(&format!("keys retire {old} --keys-file keys"));
    text("keys rotate --keys-file keys --seals-in 0");
    assert!(!text("keys list --keys-file keys").contains(old), "a retired key is dropped");

    let full = (0..20)
        .find_map(|_| {
            let output = run(directory, &[], "keys rotate --keys-file keys --seals-in 0");
            (!output.status.success()).then(|| String::from_utf8(output.stderr).unwrap())
        })
        .unwrap();
    assert!(full.contains("full until 20"), "{full}");

    let printed = text("keys generate");
    let variable = format!("SEKISHO_KEYS={}", printed.trim());
    let output = run(directory, &[&variable], "keys list");
    assert!(output.status.success());
}

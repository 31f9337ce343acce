package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An auditor's commands against the real server and the real Keycloak. */
@ExtendWith(SharedPlatform.class)
class AuditCommandsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern COMPLETE = Pattern.compile("or open (https://\\S+)");
    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");
    private static final Pattern HIDDEN = Pattern.compile("name=\"code\" value=\"([^\"]*)\"");

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void an_auditor_logs_in_by_a_browser_and_the_export_has_that_name(Platform platform) throws Exception {
        Path file = folder.resolve("log.jsonl");
        CompletableFuture<Integer> command = CompletableFuture.supplyAsync(() -> export(platform, "json", file));
        grant(platform, awaited(command), true);

        assertThat(command.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(errors.toString())
                .isZero();
        assertThat(Files.readString(file)).contains("export.made");
        AuditRecord made = records(platform, "export")
                .filter(record -> record.actor().authentication().contains("consilium-cli"))
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(made.actor().name()).isEqualTo(Platform.AUDITOR);
        assertThat(made.actor().role()).contains("auditor");
        assertThat(made.details()).containsEntry("format", "json");
        assertThat(output.toString()).doesNotContain("eyJ");
    }

    @Test
    void who_refuses_in_the_browser_gets_no_export(Platform platform) throws Exception {
        Path file = folder.resolve("none.jsonl");
        CompletableFuture<Integer> command = CompletableFuture.supplyAsync(() -> export(platform, "json", file));
        grant(platform, awaited(command), false);

        assertThat(command.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(errors.toString()).contains("was refused in the browser");
        assertThat(file).doesNotExist();
    }

    @Test
    void a_verification_is_recorded_where_the_auditor_wants_that(Platform platform) throws Exception {
        Path token =
                Files.writeString(folder.resolve("token"), platform.auditor().token() + "\n");
        Path bundle = folder.resolve("whole.zip");
        List<String> access = List.of(
                "--server",
                platform.serverUrl().toString(),
                "--ca",
                platform.authorityPem().toString(),
                "--token-file",
                token.toString());
        assertThat(run(Stream.of("audit", "export", "--format", "bundle", "--out", bundle.toString()), access))
                .as(errors.toString())
                .isZero();
        assertThat(run(Stream.of("audit", "verify", bundle.toString()), List.of()))
                .isZero();
        assertThat(run(Stream.of("audit", "verify", bundle.toString(), "--json", "--record"), access))
                .as(errors.toString())
                .isZero();

        assertThat(errors.toString()).contains("Recorded in the consortium's log as number ");
        Sha256 digest = Sha256.of(Files.readAllBytes(bundle));
        List<AuditRecord> told = records(platform, "verification")
                .filter(record -> record.entity().hash().equals(Optional.of(digest)))
                .toList();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).details()).containsEntry("rootIsOurs", "true").containsEntry("findings", "0");
        assertThat(run(Stream.of("audit", "verify", bundle.toString(), "--record"), List.of()))
                .as("no server is named")
                .isEqualTo(2);
    }

    @Test
    void a_log_in_that_keycloak_refuses_is_recorded_without_what_was_typed(Platform platform) throws Exception {
        String typed = "correct-horse-battery-" + System.nanoTime();
        Browser browser = new Browser(platform);
        platform.auditor();
        browser.login(platform.serverUrl().resolve("/"), Platform.AUDITOR, "wrong " + typed);
        browser = new Browser(platform);
        browser.login(platform.serverUrl().resolve("/"), typed, "wrong");

        Predicate<AuditRecord> ofPortal =
                record -> "consilium-portal".equals(record.details().get("client"));
        await("both are in the log", () -> {
            List<AuditRecord> failed =
                    records(platform, "access.log-in-failed").filter(ofPortal).toList();
            return failed.stream().anyMatch(record -> !record.entity().id().equals("unknown"))
                    && failed.stream().anyMatch(record -> record.entity().id().equals("unknown"));
        });
        assertThat(records(platform, "access")).extracting(AuditRecord::line).noneMatch(line -> line.contains(typed));
        AuditRecord one = records(platform, "access.log-in-failed")
                .filter(ofPortal)
                .findFirst()
                .orElseThrow();
        assertThat(one.outcome().code()).isEqualTo(8);
        assertThat(one.actor().address()).isPresent();
        assertThat(one.actor().subject()).isEqualTo("unknown");
    }

    private int export(Platform platform, String format, Path file) {
        return run(
                Stream.of("audit", "export", "--format", format, "--out", file.toString()),
                List.of(
                        "--server",
                        platform.serverUrl().toString(),
                        "--ca",
                        platform.authorityPem().toString()));
    }

    /** The address that the command shows. */
    private URI awaited(CompletableFuture<Integer> command) {
        await("the command shows an address", () -> command.isDone() || found().isPresent());
        return found().orElseThrow(() -> new AssertionError(output + "\n" + errors));
    }

    private Optional<URI> found() {
        Matcher shown = COMPLETE.matcher(output.toString());
        return shown.find() ? Optional.of(URI.create(shown.group(1))) : Optional.empty();
    }

    /** What a person does at Keycloak's pages. */
    private static void grant(Platform platform, URI address, boolean yes) throws Exception {
        Browser browser = new Browser(platform);
        platform.auditor();
        String page = browser.login(address, Platform.AUDITOR, platform.auditorPassword())
                .body();
        Matcher form = FORM.matcher(page);
        Matcher hidden = HIDDEN.matcher(page);
        assertThat(form.find() && hidden.find()).as(page).isTrue();
        browser.post(
                platform.issuer().resolve(form.group(1).replace("&amp;", "&")),
                Map.of("code", hidden.group(1), yes ? "accept" : "cancel", yes ? "Yes" : "No"));
    }

    private Stream<AuditRecord> records(Platform platform, String type) {
        Path file = folder.resolve("records-" + type + ".jsonl");
        new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform.auditor()::token)
                .download("/audit/records?type=" + type, file);
        try {
            return Files.readAllLines(file).stream().map(AuditRecord::fromLine);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within %s: %s", LIMIT, what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    private int run(Stream<String> command, List<String> options) {
        List<String> arguments = new ArrayList<>(command.toList());
        arguments.addAll(options);
        CommandLine line =
                Consilium.commandLine(new Surroundings(Map.of(), folder, false, Optional.empty(), Clock.systemUTC()));
        line.setOut(new PrintWriter(output, true));
        line.setErr(new PrintWriter(errors, true));
        return line.execute(arguments.toArray(String[]::new));
    }
}

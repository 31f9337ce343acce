package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.ScriptedSite;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A hospital's IT joins a consortium by the command, as an administrator decides over HTTP. */
@ExtendWith(SharedPlatform.class)
class SiteEnrolIT {

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private final String site = "command-" + Long.toString(System.nanoTime(), 36);

    @Test
    void the_command_waits_for_the_administrator_and_ends_with_a_key_that_opens_the_api(Platform platform)
            throws Exception {
        JsonObject invited = invite(platform);
        Path keys = folder.resolve("keys");

        CompletableFuture<Integer> command =
                CompletableFuture.supplyAsync(() -> enrol(platform, keys, invited.getString("code"), "5"));
        await(command, "Waiting for the administrator");
        String fingerprint = output.toString()
                .lines()
                .filter(line -> line.startsWith("Fingerprint"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".* ", "");
        assertThat(command).isNotDone();
        decide(platform, invited, "approval", "fingerprint", fingerprint);

        assertThat(command.get(60, TimeUnit.SECONDS)).as(errors.toString()).isZero();
        assertThat(output.toString())
                .contains("consilium.site.id=" + site)
                .contains("consilium.server.url=" + platform.serverUrl())
                .contains("consilium.issuer=" + platform.issuer())
                .contains("consilium.site.key.dir=" + keys);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("site-key.pem"))))
                .isEqualTo("rw-------");
        assertThat(new ScriptedSite(platform, site, keys).token())
                .as("a token by that key")
                .isNotBlank();
        assertThat(enrol(platform, keys, invited.getString("code"), "0"))
                .as("the same command again")
                .isZero();
        assertThat(enrol(platform, folder.resolve("other"), invited.getString("code"), "0"))
                .as("the same code with another key")
                .isEqualTo(1);
        assertThat(errors.toString()).contains("was used already").contains("ask for a new invitation");
    }

    @Test
    void a_rejected_hospital_reads_why(Platform platform) {
        JsonObject invited = invite(platform);
        assertThat(enrol(platform, folder, invited.getString("code"), "0")).isZero();
        assertThat(output.toString()).contains("has not decided yet");
        decide(platform, invited, "rejection", "reason", "The contract is not signed.");

        assertThat(enrol(platform, folder, invited.getString("code"), "5")).isEqualTo(1);

        assertThat(errors.toString()).contains("The contract is not signed.").contains("new invitation");
    }

    @Test
    void bad_input_says_what_to_do(Platform platform) {
        assertThat(enrol(platform, folder, "7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ", "0"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("no invitation with that enrolment code");
        assertThat(enrol(platform, folder, "7K2MD", "0")).isEqualTo(1);
        assertThat(errors.toString()).contains("25 letters and digits");
        assertThat(run("site", "enrol", "--server", "http://localhost", "--code", "x"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("use an https address");
        assertThat(run("site")).isEqualTo(2);
        assertThat(errors.toString()).contains("name what to do: enrol");
        assertThat(run(
                        "site",
                        "enrol",
                        "--server",
                        "https://localhost:1",
                        "--code",
                        "x",
                        "--key-dir",
                        folder.toString()))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("does not answer");
    }

    private JsonObject invite(Platform platform) {
        return api(platform)
                .post(
                        "/invitations",
                        Json.createObjectBuilder()
                                .add("site", site)
                                .add("organisation", "Hospital of the command")
                                .add("contact", "IT")
                                .add("expectedData", "none")
                                .add("validDays", 1)
                                .build());
    }

    private static void decide(Platform platform, JsonObject invited, String decision, String member, String value) {
        api(platform)
                .put(
                        "/invitations/" + invited.getInt("id") + "/" + decision,
                        Json.createObjectBuilder().add(member, value).build());
    }

    private static Api api(Platform platform) {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
    }

    private int enrol(Platform platform, Path keys, String code, String minutes) {
        return run(
                "site",
                "enrol",
                "--server",
                platform.serverUrl() + "/",
                "--code",
                code,
                "--key-dir",
                keys.toString(),
                "--ca",
                platform.authorityPem().toString(),
                "--wait",
                minutes);
    }

    private int run(String... arguments) {
        CommandLine line = Consilium.commandLine(
                new Surroundings(Map.of(), SharedPlatform.ROOT, false, Optional.of("test"), Clock.systemUTC()));
        line.setOut(new PrintWriter(output, true));
        line.setErr(new PrintWriter(errors, true));
        return line.execute(arguments);
    }

    private void await(CompletableFuture<?> command, String text) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!output.toString().contains(text)) {
            assertThat(command.isDone()).as(errors.toString()).isFalse();
            assertThat(System.nanoTime()).as("waited for '%s'", text).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}

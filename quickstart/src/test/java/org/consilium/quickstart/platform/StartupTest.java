package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupTest {

    @TempDir
    private Path folder;

    private final List<String> shown = new ArrayList<>();

    @Test
    void unpacking_is_shown_at_the_first_start_only() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path zip = keycloak(folder.resolve("keycloak-quarkus-dist-0.0.zip"));
        Files.createDirectories(home.resolve("quickstart/target"));
        Files.writeString(home.resolve("quickstart/target/distributions.txt"), zip.toString());
        try (StateFolder state = StateFolder.open(folder.resolve("state"))) {
            Ground found = Ground.in(home, state, new ProcessRegistry(state.path("processes.json")));
            Ground ground = new Ground(
                    home,
                    state,
                    found.processes(),
                    found.secrets(),
                    found.ports(),
                    found.authority(),
                    found.https(),
                    new Distribution(folder.resolve("cache")));
            Startup startup = new Startup(
                    ground,
                    PlatformOptions.of(home, folder.resolve("state"), 1),
                    new Shown(),
                    new SigningKey(state.folder("keys").resolve("quickstart.pem")));

            Path first = startup.unpackKeycloak();
            assertThat(first.resolve("bin/kc.sh")).isExecutable();
            assertThat(shown)
                    .containsExactly(
                            "starting Keycloak's files: unpacking, at the first start only", "done Keycloak's files");

            shown.clear();
            assertThat(startup.unpackKeycloak()).isEqualTo(first);
            assertThat(shown).isEmpty();
        }
    }

    /** A distribution whose set-up does nothing. */
    private static Path keycloak(Path zip) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip);
                ZipArchiveOutputStream archive = new ZipArchiveOutputStream(out)) {
            ZipArchiveEntry script = new ZipArchiveEntry("keycloak-0.0/bin/kc.sh");
            script.setUnixMode(0100755);
            archive.putArchiveEntry(script);
            archive.write("#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.US_ASCII));
            archive.closeArchiveEntry();
        }
        return zip;
    }

    private final class Shown implements Progress {
        @Override
        public void starting(String what, String waitingFor) {
            shown.add("starting " + what + ": " + waitingFor);
        }

        @Override
        public void done(String what, Duration took) {
            shown.add("done " + what);
        }

        @Override
        public void progress(String what, long n, long total) {}
    }
}

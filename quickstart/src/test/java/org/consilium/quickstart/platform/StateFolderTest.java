package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path folder;

    @Test
    void a_lock_file_that_a_crashed_run_left_is_no_obstacle() throws IOException {
        Files.writeString(folder.resolve("lock"), "");
        Files.writeString(folder.resolve("lock.pid"), "1");

        StateFolder.open(folder).close();
        assertThat(folder.resolve("lock.pid")).doesNotExist();
        try (StateFolder held = StateFolder.open(folder)) {
            assertThat(Files.readString(held.path("lock.pid")))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void a_folder_in_use_is_refused_with_the_process_that_uses_it() {
        try (StateFolder held = StateFolder.open(folder)) {
            assertThat(held.path("x")).isEqualTo(folder.resolve("x"));
            assertThatThrownBy(() -> StateFolder.open(folder).close())
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("already running in " + folder)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("Stop it with Ctrl-C");
        }
    }

    @Test
    void the_script_refuses_to_run_the_tests_beside_a_demo_of_the_same_checkout() throws Exception {
        Path checkout = Files.createDirectories(folder.resolve("checkout"));
        Files.copy(Path.of("../consilium"), checkout.resolve("consilium"), StandardCopyOption.COPY_ATTRIBUTES);
        Path maven = Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\necho the tests run\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (StateFolder demo = StateFolder.open(checkout.resolve("target/consilium"))) {
            assertThat(demo.path("lock.pid")).isNotEmptyFile();
            assertThat(test(checkout, 1))
                    .contains("a demo runs in this folder (process "
                            + ProcessHandle.current().pid() + ")")
                    .contains("Stop it with Ctrl-C")
                    .doesNotContain("the tests run");
        }
        assertThat(test(checkout, 1)).contains("the tests run", "0 passed");

        // A demo that was killed leaves its number behind.
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Files.writeString(checkout.resolve("target/consilium/lock.pid"), Long.toString(ended.pid()));
        assertThat(test(checkout, 1)).contains("the tests run");
    }

    /** Runs {@code consilium test} and returns its output. */
    private static String test(Path checkout, int exit) throws Exception {
        ProcessBuilder script = new ProcessBuilder(checkout.resolve("consilium").toString(), "test");
        script.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = script.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exit);
        return output;
    }

    @Test
    void state_of_another_format_is_removed_and_the_own_one_kept() throws IOException {
        Files.writeString(folder.resolve("secrets.properties"), "old");
        Files.writeString(folder.resolve("format"), "0");
        Files.createDirectories(folder.resolve("postgresql/data"));
        try (StateFolder state = StateFolder.open(folder)) {
            assertThat(state.discardUnlessCurrent()).isTrue();
            assertThat(folder.resolve("secrets.properties")).doesNotExist();
            assertThat(folder.resolve("postgresql")).doesNotExist();

            PrivateFiles.write(folder.resolve("secrets.properties"), "new");
            assertThat(state.discardUnlessCurrent()).isFalse();
            assertThat(folder.resolve("secrets.properties")).hasContent("new");
        }
    }
}

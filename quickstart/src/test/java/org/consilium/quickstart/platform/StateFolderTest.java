package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

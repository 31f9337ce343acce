package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRegistryTest {

    @TempDir
    private Path folder;

    @Test
    void what_a_crashed_run_left_is_ended_by_the_next_one() throws Exception {
        Path file = folder.resolve("processes.json");
        ChildProcess orphan = start(new ProcessRegistry(file), "sleeper", "sleep", "300");

        List<String> found = new ArrayList<>();
        ProcessRegistry next = new ProcessRegistry(file);
        next.endLeftovers(found::add);

        assertThat(found).containsExactly("sleeper (process " + orphan.info().pid() + ")");
        assertThat(orphan.alive()).isFalse();
        found.clear();
        new ProcessRegistry(file).endLeftovers(found::add);
        assertThat(found).isEmpty();
    }

    @Test
    void a_process_that_only_has_the_same_number_is_left_alone() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "300").start();
        try {
            long started = stranger.info()
                    .startInstant()
                    .orElseThrow()
                    .minusSeconds(60)
                    .toEpochMilli();
            Path file = Files.writeString(
                    folder.resolve("processes.json"),
                    "[{\"name\":\"keycloak\",\"pid\":" + stranger.pid() + ",\"startedAt\":" + started
                            + ",\"command\":\"" + stranger.info().command().orElseThrow() + "\"}]");
            new ProcessRegistry(file).endLeftovers(name -> {});
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void nothing_is_started_once_all_is_being_stopped() {
        ProcessRegistry registry = new ProcessRegistry(folder.resolve("processes.json"));
        registry.refuseMore();
        assertThatThrownBy(() -> start(registry, "late", "sleep", "300"))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("late was not started");
    }

    @Test
    void a_part_that_ends_before_it_is_ready_is_reported_with_its_log() {
        ProcessRegistry registry = new ProcessRegistry(folder.resolve("processes.json"));
        ChildProcess failing = start(registry, "broken", "sh", "-c", "echo No space left on device; exit 3");
        assertThatThrownBy(() -> failing.awaitReady(() -> false, Duration.ofSeconds(60)))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("broken ended with exit status 3 before it was ready")
                .hasMessageContaining("The disk is full: free some space")
                .hasMessageContaining("broken.log");
    }

    @Test
    void a_part_that_has_ended_by_itself_is_started_again_unless_all_is_being_stopped() {
        ProcessRegistry registry = new ProcessRegistry(folder.resolve("processes.json"));
        List<ChildProcess> started = new ArrayList<>();
        List<String> told = new ArrayList<>();
        try {
            StartedPart part = new StartedPart(() -> {
                started.add(start(registry, "site-1", "sleep", "300"));
                return started.get(started.size() - 1);
            });
            Platform.reviveEnded(List.of(part), registry, told::add);
            assertThat(started).hasSize(1);
            assertThat(told).isEmpty();

            started.get(0).kill();
            Platform.reviveEnded(List.of(part), registry, told::add);
            assertThat(started).hasSize(2);
            assertThat(part.running()).isTrue();
            assertThat(told)
                    .containsExactly("site-1 has ended unexpectedly and is started again; its log is "
                            + folder.resolve("site-1.log"));

            registry.refuseMore();
            started.get(1).kill();
            Platform.reviveEnded(List.of(part), registry, told::add);
            assertThat(part.running()).isFalse();
            assertThat(told).hasSize(1);
        } finally {
            started.forEach(ChildProcess::kill);
        }
    }

    private ChildProcess start(ProcessRegistry registry, String name, String... command) {
        return registry.start(name, List.of(command), Map.of(), folder, folder.resolve(name + ".log"));
    }
}

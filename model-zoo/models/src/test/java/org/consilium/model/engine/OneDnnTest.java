package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The instructions that the library uses are pinned, and may be chosen. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class OneDnnTest {

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void nothing_beyond_avx_512_is_used_unless_it_is_asked_for() throws Exception {
        assertThat(description(Map.of())).matches("onednn [0-9.]+ (sse4.1|avx|avx2|avx2_vnni|avx512_core)");
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void less_is_used_where_the_environment_says_so() throws Exception {
        assertThat(description(Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"))).endsWith(" sse4.1");
    }

    /** Says for the JVM that started this one what it uses. */
    public static void main(String[] arguments) {
        System.out.println("USES " + OneDnn.description());
    }

    private static String description(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                OneDnnTest.class.getName()));
        builder.environment().remove("ONEDNN_MAX_CPU_ISA");
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines()
                .filter(line -> line.startsWith("USES "))
                .findFirst()
                .orElseThrow()
                .substring("USES ".length());
    }
}

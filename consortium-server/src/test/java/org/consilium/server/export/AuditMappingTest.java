package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditMappingTest {

    private static final List<Path> TESTS =
            List.of(Path.of("src/test/java"), Path.of("../model-zoo/contract/src/test/java"));
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void every_test_that_the_mapping_names_is_there() throws IOException {
        Map<String, String> sources = sources();
        String table = Files.readString(Path.of("audit-mapping.md"));

        var named = NAMED.matcher(table).results().toList();

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(named).allSatisfy(one -> {
            assertThat(sources).containsKey(one.group(1));
            if (one.group(2) != null) {
                assertThat(sources.get(one.group(1))).contains("void " + one.group(2) + "(");
            }
        });
        assertThat(table).doesNotContain("complies", "compliant");
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> all = Stream.concat(Files.walk(TESTS.get(0)), Files.walk(TESTS.get(1)))) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            path -> path.getFileName().toString().replace(".java", ""),
                            AuditMappingTest::read,
                            (a, b) -> a + b));
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

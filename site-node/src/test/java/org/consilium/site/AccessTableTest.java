package org.consilium.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.junit.jupiter.api.Test;

/** Every address of the node has its row in {@code access.md}. */
class AccessTableTest {

    /** The heading in the table's file after which pages follow. */
    private static final String PAGES = "## Pages";

    @Test
    void each_address_has_a_row_and_each_row_an_address() throws IOException {
        List<String> rows;
        try (Stream<String> lines = Files.lines(java.nio.file.Path.of("access.md"))) {
            rows = lines.takeWhile(line -> !line.equals(PAGES))
                    .filter(line -> line.startsWith("| ") && !line.startsWith("| method"))
                    .map(line -> line.split("\\|"))
                    .map(cells -> cells[1].strip() + " " + cells[2].strip())
                    .toList();
        }
        assertThat(rows).containsExactlyInAnyOrderElementsOf(addresses());
    }

    @Test
    void each_page_has_a_row_and_each_row_a_page() throws IOException {
        List<String> rows;
        try (Stream<String> lines = Files.lines(java.nio.file.Path.of("access.md"))) {
            rows = lines.dropWhile(line -> !line.equals(PAGES))
                    .filter(line -> line.startsWith("| ") && !line.startsWith("| page"))
                    .map(line -> line.split("\\|")[1].strip())
                    .toList();
        }
        assertThat(rows).containsExactlyInAnyOrderElementsOf(pages());
    }

    /** What Faces shows, also of the look that is the consortium server's, and what a servlet answers. */
    private static List<String> pages() throws IOException {
        List<String> pages = new ArrayList<>(List.of("/", "/portal/*", "/error.xhtml", "/signed-out.xhtml"));
        try (Stream<java.nio.file.Path> files = Files.list(java.nio.file.Path.of("src/main/webapp"))) {
            files.filter(Files::isRegularFile).forEach(file -> pages.add("/" + file.getFileName()));
        }
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.consilium.site")) {
            if (type.isAnnotatedWith(WebServlet.class)) {
                WebServlet servlet = type.reflect().getAnnotation(WebServlet.class);
                pages.addAll(List.of(servlet.value()));
                pages.addAll(List.of(servlet.urlPatterns()));
            }
        }
        return pages;
    }

    private static List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.consilium.site")) {
            if (type.isAnnotatedWith(Path.class) && !type.isAnnotatedWith(RegisterRestClient.class)) {
                for (Method method : type.reflect().getDeclaredMethods()) {
                    Arrays.stream(method.getAnnotations())
                            .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                            .filter(Objects::nonNull)
                            .forEach(verb -> addresses.add(verb.value() + " " + path(type.reflect(), method)));
                }
            }
        }
        return addresses;
    }

    private static String path(Class<?> resource, Method method) {
        return Stream.of(resource.getAnnotation(Path.class), method.getAnnotation(Path.class))
                .filter(Objects::nonNull)
                .map(Path::value)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
    }
}

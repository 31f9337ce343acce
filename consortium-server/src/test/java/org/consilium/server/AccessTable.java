package org.consilium.server;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of {@code access.md}, and the addresses that the application has. */
final class AccessTable {

    /** The columns, as the table names them. */
    static final List<String> CALLERS =
            List.of("nobody", "any token", "coordinator", "administrator", "auditor", "steward", "site-node");

    private static final java.nio.file.Path FILE = java.nio.file.Path.of("access.md");
    private static final int COLUMNS = CALLERS.size() + 2;

    private AccessTable() {}

    /**
     * One address.
     *
     * @param method of HTTP
     * @param path below {@code /api/v1}, with names in braces
     */
    record Address(String method, String path) {}

    /**
     * One row.
     *
     * @param address which
     * @param cells what it says for each of {@link #CALLERS}
     */
    record Row(Address address, List<String> cells) {}

    /** Returns the rows of the file. */
    static List<Row> rows() {
        try (Stream<String> lines = Files.lines(FILE)) {
            return lines.filter(line -> line.startsWith("| ") && !line.startsWith("| method"))
                    .map(AccessTable::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        List<String> cells =
                Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
        if (cells.size() != COLUMNS
                || !cells.subList(2, COLUMNS).stream().allMatch(List.of("yes", "no", "own")::contains)) {
            throw new IllegalStateException("access.md: '" + line + "' is no row of " + COLUMNS + " columns");
        }
        return new Row(new Address(cells.get(0), cells.get(1)), cells.subList(2, COLUMNS));
    }

    /** Returns the addresses of all resources of the application. */
    static List<Address> addresses() {
        List<Address> addresses = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.consilium.server")) {
            if (type.isAnnotatedWith(Path.class)) {
                Class<?> resource = type.reflect();
                for (Method method : resource.getDeclaredMethods()) {
                    verb(method)
                            .ifPresent(verb -> addresses.add(new Address(
                                    verb,
                                    Stream.of(resource.getAnnotation(Path.class), method.getAnnotation(Path.class))
                                            .filter(java.util.Objects::nonNull)
                                            .map(Path::value)
                                            .reduce((one, other) -> one + "/" + other)
                                            .orElseThrow())));
                }
            }
        }
        // One address may have several methods, one for each form of its answer.
        return addresses.stream().distinct().toList();
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value())
                .findFirst();
    }
}

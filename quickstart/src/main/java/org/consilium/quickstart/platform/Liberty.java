package org.consilium.quickstart.platform;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * One server on Open Liberty: the shared, unpacked runtime, and folders of its own for its configuration, output and log.
 *
 * <p>The JVM is started directly, as Liberty's script would; {@code jvm.options} and {@code server.env}, which that script
 * reads, are read here.
 */
final class Liberty {

    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private final Ground ground;
    private final Path runtime;
    private final Role role;
    private final String name;
    private final int port;

    /**
     * What the servers of a kind have in common.
     *
     * @param configuration folder with server.xml, jvm.options and server.env, as an operator edits it
     * @param application the WAR, or the folder into which it was unpacked
     * @param options of the JVM; those in jvm.options win
     */
    record Role(Path configuration, Path application, List<String> options) {}

    /** A server on the unpacked runtime, not started yet. */
    Liberty(Ground ground, Path runtime, Role role, String name, int port) {
        this.ground = ground;
        this.runtime = runtime;
        this.role = role;
        this.name = name;
        this.port = port;
    }

    /** Returns the folder of the runtime, unpacked once for all checkouts. */
    static Path provide(Ground ground, LongConsumer percent) {
        Path zip = ground.archive("openliberty-runtime");
        String name = zip.getFileName().toString().replace("-runtime", "").replace(".zip", "");
        return ground.cache().provide(name, Distribution.zip(zip), folder -> {}, percent);
    }

    /** Returns its address, without a path. */
    URI url() {
        return url(port);
    }

    /** Returns the address of a server on this machine, without a path. */
    static URI url(int port) {
        return URI.create("https://localhost:" + port);
    }

    /**
     * Starts it and returns when it says that it is ready.
     *
     * @param settings become bootstrap.properties, of mode 0600
     */
    ChildProcess start(Map<String, String> settings) {
        Path user = ground.state().folder("servers/" + name);
        Path server = ground.state().folder("servers/" + name + "/servers/" + name);
        Path output = ground.state().folder("servers/" + name + "/output");
        configure(server, settings);

        List<String> command = new ArrayList<>(List.of(
                Jvm.program(),
                "-javaagent:" + runtime.resolve("bin/tools/ws-javaagent.jar"),
                "@" + runtime.resolve("lib/platform/java/java9.options")));
        command.addAll(Jvm.tidy(ground.state().folder("tmp")));
        command.addAll(role.options());
        command.addAll(lines(server.resolve("jvm.options")));
        command.addAll(
                List.of("-jar", runtime.resolve("bin/tools/ws-server.jar").toString(), name));

        Map<String, String> environment = new HashMap<>();
        for (String line : lines(server.resolve("server.env"))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        environment.put("WLP_USER_DIR", user.toString());
        environment.put("WLP_OUTPUT_DIR", output.toString());
        environment.put("LOG_DIR", ground.state().folder("logs/" + name).toString());

        ChildProcess process = ground.processes()
                .start(name, command, environment, server, ground.state().log(name));
        process.awaitReady(() -> ground.https().answers(URI.create(url() + "/health/ready")), START_LIMIT);
        return process;
    }

    private void configure(Path server, Map<String, String> settings) {
        if (!Files.exists(role.configuration().resolve("server.xml"))) {
            throw new PlatformException(role.configuration().resolve("server.xml")
                    + " is not there. Run the command from a complete checkout.");
        }
        if (!Files.exists(role.application())) {
            throw new PlatformException(role.application() + " is not there. Build it: ./mvnw -DskipTests package");
        }
        try (Stream<Path> files = Files.list(role.configuration())) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Files.copy(file, server.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw PrivateFiles.cannot("copy the configuration to", server, e);
        }
        Properties bootstrap = new Properties();
        bootstrap.putAll(settings);
        bootstrap.setProperty("consilium.war", role.application().toString());
        bootstrap.setProperty("consilium.https.port", Integer.toString(port));
        bootstrap.setProperty("consilium.public.url", url().toString());
        PrivateFiles.write(server.resolve("bootstrap.properties"), bootstrap, "written at each start");
    }

    /** The lines of a file that are neither empty nor comments; none when there is no file. */
    private static List<String> lines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        return PrivateFiles.read(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}

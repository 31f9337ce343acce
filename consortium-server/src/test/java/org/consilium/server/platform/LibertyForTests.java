package org.consilium.server.platform;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.consilium.contract.audit.NoteSigner;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Prepares the Open Liberty that Arquillian starts and stops: an own folder, free ports, a database of the tests'
 * PostgreSQL, and the configuration that operators use, changed only where Arquillian needs it.
 */
public final class LibertyForTests implements LoadableExtension {

    private static final String SERVER = "consortium-server-under-test";
    private static final String DATABASE = "application";

    /** Name of the role-free address by which Arquillian runs tests within the application. */
    private static final String RUNNER = "ArquillianServletRunnerEE9";

    private static final class Holder {
        private static final LineForTests LINE =
                new LineForTests(PostgresForTests.running().port());
    }

    /** Adds members to the application's database. */
    public static void addMembers(String... ids) {
        PostgresForTests.running().addMembers(DATABASE, ids);
    }

    /** Returns the line between the application and its database. */
    public static LineForTests line() {
        return Holder.LINE;
    }

    /** Called before Arquillian reads its settings; within the server this class does not exist. */
    @Override
    public void register(ExtensionBuilder builder) {
        Path user = Path.of("target", "liberty-user").toAbsolutePath();
        int http = freePort();
        int https = freePort();
        System.setProperty("consilium.test.usr", user.toString());
        System.setProperty("consilium.test.http.port", Integer.toString(http));
        try {
            Path server = user.resolve("servers").resolve(SERVER);
            delete(server);
            Files.createDirectories(server);
            String keys = KeysForTests.file().toString();
            Files.writeString(server.resolve("server.xml"), serverXml(http));
            write(
                    server.resolve("bootstrap.properties"),
                    Map.ofEntries(
                            Map.entry("com.ibm.ws.logging.console.log.level", "OFF"),
                            Map.entry("consilium.bind.host", "localhost"),
                            Map.entry("consilium.https.port", Integer.toString(https)),
                            Map.entry("consilium.public.url", "https://localhost:" + https + "/" + SERVER),
                            Map.entry(
                                    "consilium.issuer", IssuerForTests.running().address()),
                            Map.entry("consilium.upload.max.bytes", "100000"),
                            Map.entry("consilium.portal.client.secret", "unused"),
                            Map.entry("consilium.server.client.secret", "unused"),
                            Map.entry("consilium.tls.keystore", keys),
                            Map.entry("consilium.tls.keystore.password", KeysForTests.PASSWORD),
                            Map.entry("consilium.tls.truststore", keys),
                            Map.entry("consilium.tls.truststore.password", KeysForTests.PASSWORD),
                            Map.entry(
                                    "consilium.jdbc.dir",
                                    jar(org.postgresql.Driver.class).getParent()),
                            Map.entry("consilium.tick.seconds", "1"),
                            Map.entry("consilium.audit.checkpoint.seconds", "2"),
                            Map.entry("consilium.audit.key", auditKey(user).toString()),
                            Map.entry("consilium.db.host", "localhost"),
                            Map.entry("consilium.db.port", Integer.toString(line().port())),
                            Map.entry(
                                    "consilium.db.name",
                                    PostgresForTests.running().createDatabase(DATABASE)),
                            Map.entry("consilium.db.user", PostgresForTests.APPLICATION),
                            Map.entry("consilium.db.password", "unused"),
                            Map.entry("consilium.db.owner.user", PostgresForTests.OWNER),
                            Map.entry("consilium.db.owner.password", "unused"),
                            // The tests' PostgreSQL has no certificate; TLS is proven by the system tests.
                            Map.entry("consilium.db.sslmode", "disable")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path auditKey(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("audit-key.pem"), NoteSigner.generate("test").toPem());
    }

    /** Returns the packaged application, with what its tests need. */
    public static WebArchive application(Class<?>... tests) {
        WebArchive war = ShrinkWrap.create(ZipImporter.class, SERVER + ".war")
                .importFrom(new File(setting("consilium.test.war")))
                .as(WebArchive.class)
                .addClasses(tests)
                .addAsLibraries(jar(Assertions.class));
        String webXml;
        try (var in = war.get("WEB-INF/web.xml").getAsset().openStream()) {
            webXml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The application looks for no web fragments and keeps every address closed: Arquillian's is named here.
        war.delete("WEB-INF/web.xml");
        war.setWebXML(new StringAsset(replaced(webXml, "</web-app>", """
                  <servlet>
                    <servlet-name>RUNNER</servlet-name>
                    <servlet-class>org.jboss.arquillian.protocol.servlet5.runner.ServletTestRunner</servlet-class>
                  </servlet>
                  <servlet-mapping>
                    <servlet-name>RUNNER</servlet-name>
                    <url-pattern>/RUNNER</url-pattern>
                  </servlet-mapping>
                  <security-constraint>
                    <web-resource-collection>
                      <web-resource-name>tests</web-resource-name>
                      <url-pattern>/RUNNER</url-pattern>
                    </web-resource-collection>
                  </security-constraint>
                </web-app>
                """.replace("RUNNER", RUNNER))));
        return war;
    }

    private static String serverXml(int httpPort) throws IOException {
        String xml = Files.readString(Path.of(setting("consilium.test.configuration"), "server.xml"));
        xml = replaced(xml, "httpPort=\"-1\"", "httpPort=\"" + httpPort + "\"");
        xml = replaced(xml, "</featureManager>", "<feature>localConnector-1.0</feature></featureManager>");
        // Arquillian names the application and tells when it has changed.
        xml = replaced(xml, "<webApplication [^>]*/>", "");
        xml = replaced(xml, "<applicationMonitor [^>]*/>", "<applicationMonitor updateTrigger=\"mbean\"/>");
        return replaced(xml, "<config [^>]*/>", "<config updateTrigger=\"polled\" monitorInterval=\"250ms\"/>");
    }

    private static String replaced(String text, String pattern, String by) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (matcher.results().count() != 1) {
            throw new IllegalStateException("'" + pattern + "' must occur once; adapt LibertyForTests");
        }
        return matcher.reset().replaceFirst(Matcher.quoteReplacement(by));
    }

    private static File jar(Class<?> type) {
        try {
            return new File(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String setting(String key) {
        String value = System.getProperty(key);
        if (value == null) {
            throw new IllegalStateException(key + " is not set; run the test by Maven: ./mvnw verify");
        }
        return value;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }
}

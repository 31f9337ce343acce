package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.consilium.auditlog.AuditLog;
import org.consilium.auditlog.Draft;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.quickstart.platform.BenchDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium bench audit-append}: how many records a second the audit log takes. */
@Command(
        name = "audit-append",
        header = "Measure how many records a second the audit log takes, with one writer and with 16.",
        description = {
            "",
            "Starts a PostgreSQL of its own with its usual durability, and appends records, each in a transaction of its"
                    + " own. Beside it, with as many writers: a plain INSERT of a text as long, each in a transaction of its"
                    + " own, which is what the disk and the database can do.",
            ""
        },
        sortOptions = false)
final class BenchAuditAppendCommand implements Callable<Integer> {

    private static final int MOST = 1_000_000;
    private static final List<Integer> WRITERS = List.of(1, 16);

    private final Surroundings surroundings;
    private final AuditLog log = new AuditLog(AuditRecord.CONSORTIUM, "public", Clock.systemUTC());

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Records for each measurement. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measurements there as JSON.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    BenchAuditAppendCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @FunctionalInterface
    private interface Append {
        void on(Connection connection, int number) throws SQLException;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException, ExecutionException {
        if (records < 100 || records > MOST) {
            throw new BadOption("--records " + records, "use a whole number of 100 to " + MOST);
        }
        if (out != null) {
            OutputFile.prepare("--out", out);
        }
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        JsonArrayBuilder measured = Json.createArrayBuilder();
        try (BenchDatabase database =
                new BenchDatabase(surroundings.home(), surroundings.workFolder().resolve("bench-database"), 20)) {
            prepare(database);
            for (int writers : WRITERS) {
                // A part of it before, so that the first plan and the first class loaded are not measured.
                rate(database, writers, records / 10, this::append);
                rate(database, writers, records / 10, BenchAuditAppendCommand::insert);
                double appended = rate(database, writers, records, this::append);
                double inserted = rate(database, writers, records, BenchAuditAppendCommand::insert);
                screen.say(Text.counted(writers, "writer") + ": " + decimals(appended, 0) + " records/s appended, "
                        + decimals(inserted, 0) + " plain inserts/s; appending is " + decimals(inserted / appended, 1)
                        + " times as slow");
                measured.add(Json.createObjectBuilder()
                        .add("writers", writers)
                        .add("recordsPerSecond", appended)
                        .add("plainInsertsPerSecond", inserted));
            }
        }
        if (out != null) {
            String text = ReportJson.text(Json.createObjectBuilder()
                    .add("records", records)
                    .add("measurements", measured)
                    .build());
            OutputFile.write(out, path -> Files.writeString(path, text));
            screen.say("Report   " + out);
        }
        return 0;
    }

    /** The tables as the migration makes them, empty. */
    private static void prepare(BenchDatabase database) throws SQLException, IOException {
        String tables;
        try (InputStream in = BenchAuditAppendCommand.class.getResourceAsStream("/db/consortium/V7__audit_log.sql")) {
            tables = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS audit_timestamp, audit_witness, audit_checkpoint, audit_node,"
                    + " audit_record, plain");
            statement.execute(tables);
            statement.execute("CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text)");
        }
    }

    /** Returns how many a second. */
    private static double rate(BenchDatabase database, int writers, int count, Append work)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            int share = Math.max(1, count / writers);
            List<Connection> connections = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                connections.add(threads.submit(() -> {
                            Connection connection = database.connect();
                            connection.setAutoCommit(false);
                            return connection;
                        })
                        .get());
            }
            long began = System.nanoTime();
            List<Future<Void>> done = new ArrayList<>();
            for (Connection connection : connections) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < share; i++) {
                        work.on(connection, i);
                        connection.commit();
                    }
                    return null;
                }));
            }
            for (Future<Void> one : done) {
                one.get();
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            for (Connection connection : connections) {
                threads.submit(() -> {
                            connection.close();
                            return null;
                        })
                        .get();
            }
            return (double) share * writers / seconds;
        } finally {
            threads.shutdownNow();
        }
    }

    private void append(Connection connection, int number) throws SQLException {
        log.append(connection, List.of(draft(number)));
    }

    private static void insert(Connection connection, int number) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO plain (line) VALUES (?)")) {
            insert.setString(1, "x".repeat(850));
            insert.executeUpdate();
        }
    }

    private static Draft draft(int number) {
        return new Draft(
                UUID.randomUUID(),
                Instant.now(),
                new AuditRecord.Actor(
                        "5f2c0a34-0f5e-4c58-9d0e-1c1f6ac0a6f1",
                        "service-account-site-1",
                        "site-1",
                        "site-node",
                        AuditRecord.Kind.NODE,
                        "OpenID Connect bearer token, client authenticated by private_key_jwt",
                        Optional.of("10.1.2.3")),
                AuditRecord.Action.C,
                "evaluation.accepted",
                AuditRecord.Outcome.success(),
                AuditRecord.Entity.of("evaluation", "bench/" + number + "/site-1"),
                Optional.of(new StudyId("bench")),
                OptionalInt.of(1),
                OptionalInt.of(1 + number),
                Optional.of(new SiteId("site-1")),
                Optional.empty(),
                UUID.randomUUID(),
                Optional.empty(),
                Map.of("split", "val", "examples", "120", "bytes", "900"));
    }
}

package org.consilium.quickstart.audit.sample;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;

/** A study from the invitation of its sites to the export of its records. */
public final class SampleStudy {

    /** The log's name. */
    public static final String ORIGIN = "consortium.example/audit";

    private static final Instant BEGIN = Instant.parse("2026-11-26T10:00:00Z");
    private static final ArchitectureId NETWORK = new ArchitectureId("sample.2");
    private static final int VALUES = 4;
    private static final long EXAMPLES = 100;

    /** One for all studies of a process, because RSA keys are slow to make. */
    private static final Steward STEWARD = new Steward();

    /** Is told what happens. */
    public interface Listener {
        /** A record was appended. */
        void record(AuditRecord record);

        /** The log is signed as it is now. */
        void checkpoint(Instant at);

        /** A line of {@code signatures.jsonl}. */
        void signature(JsonObject line);

        /** A line of {@code rounds.jsonl}. */
        void round(JsonObject line);

        /** An update. */
        void update(Parameters update);
    }

    private final boolean uniform;
    private final boolean recalibrates;
    private final int rounds;
    private final int readings;
    private final StudyId study = new StudyId("nodules");
    private final NoteSigner owner = NoteSigner.generate(ORIGIN);
    private final List<NoteSigner> sites;
    private final StudyProtocol protocol;
    private Listener listener;
    private long seq;
    private long studySeq;

    /**
     * @param sites how many sites take part
     * @param rounds how many rounds there are
     * @param readings how many records of no study are between two rounds
     */
    public SampleStudy(int sites, int rounds, int readings) {
        this(sites, rounds, readings, new MethodSettings("fedavg", Map.of("weights", "examples")));
    }

    /**
     * The same, of a study by another method.
     *
     * @param method with all its settings
     */
    public SampleStudy(int sites, int rounds, int readings, MethodSettings method) {
        this.uniform = "uniform".equals(method.settings().get("weights"));
        this.recalibrates = Strategies.of(method).recalibration().isPresent();
        this.rounds = rounds;
        this.readings = readings;
        this.sites = IntStream.rangeClosed(1, sites)
                .mapToObj(i ->
                        NoteSigner.fromPem("site-" + i, Es256KeyPair.generate().toPem()))
                .toList();
        this.protocol = new StudyProtocol(
                study,
                1,
                "A sample",
                "Two lines,\nwith an \"ü\".",
                "Prof. Ada Example",
                new DataSpecification("sample", "MRI", List.of("yes", "no"), "Adults.", 1, 0),
                NETWORK,
                parameters(0, 0).digest(),
                method,
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0.9), 7),
                new PrivacySettings(3, false),
                this.sites.stream().map(site -> new SiteId(site.key().name())).toList(),
                new Schedule(100_000, 1, Duration.ofHours(1), false),
                new PrimaryEndpoint(Measure.ACCURACY, "Read once."),
                List.of(),
                new Retention(30, Retention.OnWithdrawal.ERASE));
    }

    /** Returns the log's owner. */
    public NoteSigner owner() {
        return owner;
    }

    /** Returns the sites, which are the witnesses. */
    public List<NoteSigner> sites() {
        return sites;
    }

    /** Returns the protocol. */
    public StudyProtocol protocol() {
        return protocol;
    }

    /** Returns the identity provider. */
    public Steward steward() {
        return STEWARD;
    }

    /** Returns the time at which a record is appended. */
    public static Instant time(long seq) {
        return BEGIN.plusSeconds(seq);
    }

    /** Tells everything from the beginning; once. */
    public void tell(Listener to) {
        listener = to;
        append("system.started", Action.E, Entity.of("system", "server"), Map.of("version", "0.1"));
        append(
                "audit.key-used",
                Action.E,
                Entity.of("key", owner.key().id()),
                Map.of(
                        "keyFingerprint",
                        owner.key().fingerprint().hex(),
                        "key",
                        owner.key().text()));
        for (NoteSigner site : sites) {
            append(record(
                            "site.approved",
                            Action.U,
                            Entity.of("site", site.key().name()))
                    .site(site)
                    .details(Map.of("keyFingerprint", site.key().fingerprint().hex())));
        }
        sign();
        append(record("study.started", Action.U, Entity.of("study", study.value()))
                .study(0));
        checkpoint();
        Parameters model = parameters(0, 0);
        for (int round = 1; round <= rounds; round++) {
            model = round(round, model);
            for (int i = 0; i < readings; i++) {
                append("access.authenticated", Action.E, Entity.of("session", "s" + round + "-" + i), Map.of());
            }
            checkpoint();
        }
        append(record("study.completed", Action.U, Entity.of("study", study.value()))
                .study(0));
        append(record("export.made", Action.R, Entity.of("export", "1"))
                .study(0)
                .details(Map.of("format", "bundle", "lastStudySeq", Long.toString(studySeq - 1))));
        checkpoint();
    }

    private void checkpoint() {
        listener.checkpoint(time(seq - 1));
    }

    private void sign() {
        for (String code : List.of("protocol.drafted", "protocol.proposed")) {
            append(record(code, Action.C, version()).study(0));
        }
        for (NoteSigner site : sites) {
            Instant asked = time(seq).minusSeconds(4);
            SigningStatement statement = new SigningStatement(
                    study,
                    1,
                    protocol.digest(),
                    new SiteId(site.key().name()),
                    SigningStatement.Decision.APPROVE,
                    Optional.empty(),
                    "subject-of-" + site.key().name(),
                    asked);
            JsonObject line = STEWARD.line(statement, STEWARD.claims(statement));
            listener.signature(line);
            append(record("protocol.signed", Action.C, version())
                    .study(0)
                    .site(site)
                    .details(Map.of(
                            "decision",
                            "APPROVE",
                            "meaning",
                            statement.meaning(),
                            "signer",
                            statement.signer(),
                            "idTokenHash",
                            Steward.digest(line.getString("idToken")),
                            "idTokenKeyHash",
                            Steward.digest(line.getString("idTokenKey")))));
        }
        append(record("protocol.approved", Action.U, version()).study(0));
    }

    private Entity version() {
        return new Entity("protocol", study.value(), Optional.of("1"), Optional.of(protocol.digest()));
    }

    private Parameters round(int round, Parameters start) {
        Instant opened = time(seq);
        append(record("round.opened", Action.C, Entity.of("round", study + "/" + round))
                .study(round));
        JsonArrayBuilder participants = SampleJson.FACTORY.createArrayBuilder();
        List<Parameters> updates = new ArrayList<>();
        double total = IntStream.range(0, sites.size())
                .mapToLong(SampleStudy::examples)
                .sum();
        for (int i = 0; i < sites.size(); i++) {
            Parameters update = parameters(round, i + 1);
            updates.add(update);
            listener.update(update);
            participants.add(answer(round, i, update, total));
        }
        Parameters model = averaged(updates, total);
        append(record(
                        "round.aggregated",
                        Action.C,
                        Entity.of("model", model.digest().brief(), model.digest()))
                .study(round));
        Parameters head = parameters(round, 99);
        if (recalibrates) {
            append(record(
                            "model.recalibrated",
                            Action.C,
                            Entity.of("model", head.digest().brief(), head.digest()))
                    .study(round)
                    .details(Map.of("aggregate", model.digest().hex())));
        }
        for (NoteSigner site : sites) {
            append(record(
                            "evaluation.accepted",
                            Action.C,
                            Entity.of("evaluation", study + "/" + round + "/" + name(site)))
                    .study(round)
                    .site(site)
                    .details(Map.of("split", "val", "examples", "20")));
        }
        append(record("round.completed", Action.U, Entity.of("round", study + "/" + round))
                .study(round));
        listener.round(certificate(round, start, model, head, participants, opened));
        return model;
    }

    private JsonObject answer(int round, int index, Parameters update, double total) {
        NoteSigner site = sites.get(index);
        String id = study + "/" + round + "/" + name(site);
        append(record("round.offer-taken", Action.R, Entity.of("offer", id))
                .study(round)
                .site(site));
        Sha256 dataset = Sha256.of(new byte[] {(byte) index});
        Peer peer = new Peer(new UUID(round, index), Sha256.of(update.encode()));
        append(record("update.accepted", Action.C, Entity.of("update", id, update.digest()))
                .study(round)
                .site(site)
                .peer(peer)
                .details(Map.of("examples", Long.toString(examples(index)), "bytes", "144", "dataset", dataset.hex())));
        return SampleJson.FACTORY
                .createObjectBuilder()
                .add("site", name(site))
                .add("state", "EVALUATED")
                .add("update", update.digest().hex())
                .add("examples", examples(index))
                .add("weight", weight(index, total))
                .add("bytes", 144)
                .add("nodeVersion", "0.1")
                .add("dataset", dataset.hex())
                .add("peerEvent", peer.event().toString())
                .add("peerHash", peer.hash().hex())
                .build();
    }

    private JsonObject certificate(
            int round,
            Parameters start,
            Parameters model,
            Parameters head,
            JsonArrayBuilder participants,
            Instant opened) {
        JsonObjectBuilder line = SampleJson.FACTORY
                .createObjectBuilder()
                .add("study", study.value())
                .add("round", round)
                .add("protocolVersion", 1)
                .add("protocol", protocol.digest().hex())
                .add("serverVersion", "0.1")
                .add("strategy", protocol.method().strategy())
                .add("startModel", start.digest().hex())
                .add("state", "COMPLETED")
                .add("openedAt", opened.toString())
                .add("completedAt", time(seq - 1).toString())
                .add("participants", participants)
                .add("aggregate", model.digest().hex());
        if (recalibrates) {
            line.add("model", head.digest().hex());
        }
        return line.build();
    }

    private double weight(int site, double total) {
        return uniform ? 1.0 / sites.size() : examples(site) / total;
    }

    private static long examples(int site) {
        return EXAMPLES + 7L * site;
    }

    private static String name(NoteSigner site) {
        return site.key().name();
    }

    private static Parameters parameters(int round, int site) {
        float[] values = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = (float) Math.sin(1 + round * 31 + site * 7 + i);
        }
        return Parameters.of(NETWORK, values);
    }

    /** Federated averaging, written down once more. */
    private Parameters averaged(List<Parameters> updates, double total) {
        float[] model = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            double sum = 0;
            for (int k = 0; k < updates.size(); k++) {
                sum += weight(k, total) * updates.get(k).toArray()[i];
            }
            model[i] = (float) sum;
        }
        return Parameters.of(NETWORK, model);
    }

    private static Draft record(String code, Action action, Entity entity) {
        return new Draft(code, action, entity);
    }

    private void append(String code, Action action, Entity entity, Map<String, String> details) {
        append(record(code, action, entity).details(details));
    }

    private void append(Draft draft) {
        listener.record(draft.at(seq, draft.round < 0 ? OptionalLong.empty() : OptionalLong.of(studySeq), study));
        seq++;
        studySeq += draft.round < 0 ? 0 : 1;
    }

    /** A record before its place is known; of no study while the round is negative, of no round while it is 0. */
    private static final class Draft {

        private final String code;
        private final Action action;
        private final Entity entity;
        private int round = -1;
        private Optional<SiteId> site = Optional.empty();
        private Optional<Peer> peer = Optional.empty();
        private Map<String, String> details = Map.of();

        Draft(String code, Action action, Entity entity) {
            this.code = code;
            this.action = action;
            this.entity = entity;
        }

        Draft study(int number) {
            round = number;
            return this;
        }

        Draft site(NoteSigner one) {
            site = Optional.of(new SiteId(name(one)));
            return this;
        }

        Draft peer(Peer other) {
            peer = Optional.of(other);
            return this;
        }

        Draft details(Map<String, String> all) {
            details = all;
            return this;
        }

        AuditRecord at(long seq, OptionalLong studySeq, StudyId study) {
            return new AuditRecord(
                    seq,
                    new UUID(1, seq),
                    AuditRecord.CONSORTIUM,
                    time(seq).minusMillis(20),
                    time(seq),
                    new Actor(
                            "5f2c",
                            "A sample's person",
                            "Klinik Süd",
                            "coordinator",
                            Kind.USER,
                            "OpenID Connect, bearer token",
                            Optional.of("10.1.2.3")),
                    action,
                    code,
                    Outcome.success(),
                    entity,
                    studySeq.isPresent() ? Optional.of(study) : Optional.empty(),
                    studySeq,
                    round < 0 ? OptionalInt.empty() : OptionalInt.of(1),
                    round <= 0 ? OptionalInt.empty() : OptionalInt.of(round),
                    site,
                    Optional.empty(),
                    new UUID(2, seq),
                    peer,
                    details);
        }
    }
}

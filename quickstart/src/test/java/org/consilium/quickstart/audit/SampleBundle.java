package org.consilium.quickstart.audit;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.quickstart.audit.sample.SampleFiles;
import org.consilium.quickstart.audit.sample.SampleStudy;
import org.consilium.quickstart.audit.sample.SampleZip;

/**
 * A genuine bundle of a small study, made with all the keys, and whatever a test changes of it: before it is hashed and signed,
 * as the consortium itself could, or afterwards, as anybody can.
 */
final class SampleBundle {

    /** A moment at which the log is signed. */
    record Moment(int size, Instant at) {}

    final SampleStudy study;
    final List<AuditRecord> log = new ArrayList<>();
    final List<Moment> moments = new ArrayList<>();
    final List<JsonObject> signatures = new ArrayList<>();
    final List<JsonObject> rounds = new ArrayList<>();
    final Map<String, byte[]> parameters = new TreeMap<>();
    Predicate<AuditRecord> choice = record -> record.study().isPresent() || KeyHistory.CODES.contains(record.code());
    Optional<String> scope = Optional.of("nodules");
    boolean isComplete = true;
    Function<Checkpoint, SignedCheckpoint> signing;
    String protocolJson;

    SampleBundle(int sites, int rounds, int readings) {
        this(new SampleStudy(sites, rounds, readings));
    }

    private SampleBundle(SampleStudy told) {
        study = told;
        signing = checkpoint -> SampleFiles.signed(checkpoint, study.owner(), study.sites());
        protocolJson = ProtocolJson.toJson(study.protocol()).toString();
        study.tell(new SampleStudy.Listener() {
            @Override
            public void record(AuditRecord record) {
                log.add(record);
            }

            @Override
            public void checkpoint(Instant at) {
                moments.add(new Moment(log.size(), at));
            }

            @Override
            public void signature(JsonObject line) {
                signatures.add(line);
            }

            @Override
            public void round(JsonObject line) {
                SampleBundle.this.rounds.add(line);
            }

            @Override
            public void update(Parameters update) {
                parameters.put(BundleFormat.UPDATES + update.digest() + ".bin", update.encode());
            }
        });
    }

    /** The same study with the same keys. */
    SampleBundle(SampleBundle other) {
        study = other.study;
        signing = other.signing;
        protocolJson = other.protocolJson;
        log.addAll(other.log);
        moments.addAll(other.moments);
        signatures.addAll(other.signatures);
        rounds.addAll(other.rounds);
        parameters.putAll(other.parameters);
    }

    static SampleBundle small() {
        return new SampleBundle(2, 3, 2);
    }

    /** Of a study in which all sites count alike. */
    static SampleBundle uniform() {
        return by(new MethodSettings("fedavg", Map.of("weights", "uniform")));
    }

    /** Of a study by that method. */
    static SampleBundle by(MethodSettings method) {
        return new SampleBundle(new SampleStudy(2, 3, 2, method));
    }

    /** All of the log instead of all of the study. */
    SampleBundle ofWholeLog() {
        choice = record -> true;
        scope = Optional.empty();
        return this;
    }

    /** Changes the records that pass, and numbers all anew. */
    void rewrite(UnaryOperator<List<AuditRecord>> change) {
        List<AuditRecord> changed = change.apply(new ArrayList<>(log));
        log.clear();
        Map<Object, Long> next = new HashMap<>();
        for (AuditRecord record : changed) {
            OptionalLong studySeq = record.study().isPresent()
                    ? OptionalLong.of(next.merge(record.study().get(), 1L, Long::sum) - 1)
                    : OptionalLong.empty();
            log.add(Records.at(record, log.size(), studySeq));
        }
        moments.replaceAll(moment -> new Moment(Math.min(moment.size(), log.size()), moment.at()));
    }

    /** Changes each record of a code. */
    void change(String code, UnaryOperator<AuditRecord> change) {
        log.replaceAll(record -> record.code().equals(code) ? change.apply(record) : record);
    }

    /** Returns the number of the first record of a code. */
    long seq(String code) {
        return log.stream()
                .filter(record -> record.code().equals(code))
                .findFirst()
                .orElseThrow()
                .seq();
    }

    /** Returns all files but the manifest and its signature. */
    TreeMap<String, byte[]> files() {
        TreeMap<String, byte[]> files = new TreeMap<>(parameters);
        Checkpoint last = checkpoints(files);
        List<byte[]> leaves = leaves(log).subList(0, (int) last.size());
        List<AuditRecord> chosen =
                log.subList(0, leaves.size()).stream().filter(choice).toList();
        text(files, BundleFormat.RECORDS, chosen.stream().map(AuditRecord::line).toList());
        text(
                files,
                BundleFormat.PROOF,
                NaiveTree.rest(leaves, i -> choice.test(log.get(i))).stream()
                        .map(hash -> Sha256.ofDigest(hash).hex())
                        .toList());
        files.put(BundleFormat.KEYS, SampleFiles.bytes(SampleFiles.keys(study.owner(), study.sites())));
        String protocol = BundleFormat.PROTOCOLS + study.protocol().study() + "-v1";
        files.put(protocol + ".json", SampleFiles.bytes(protocolJson));
        files.put(protocol + ".txt", study.protocol().canonical());
        text(files, BundleFormat.SIGNATURES, signatures);
        text(files, BundleFormat.ROUNDS, rounds);
        files.put(BundleFormat.README, SampleFiles.bytes("What the files are.\n"));
        return files;
    }

    private Checkpoint checkpoints(Map<String, byte[]> files) {
        List<byte[]> leaves = leaves(log);
        List<JsonObject> lines = new ArrayList<>();
        Checkpoint before = null;
        for (Moment moment : moments) {
            List<byte[]> under = leaves.subList(0, moment.size());
            Checkpoint next = new Checkpoint(
                    SampleStudy.ORIGIN, moment.size(), Sha256.ofDigest(NaiveTree.root(under)), moment.at());
            List<byte[]> proof = before == null ? List.of() : NaiveTree.consistency((int) before.size(), under);
            lines.add(SampleFiles.checkpoint(signing.apply(next), proof));
            before = next;
        }
        text(files, BundleFormat.CHECKPOINTS, lines);
        return before;
    }

    static List<byte[]> leaves(List<AuditRecord> records) {
        return records.stream()
                .map(record -> NaiveTree.leaf(SampleFiles.bytes(record.line())))
                .toList();
    }

    private static void text(Map<String, byte[]> files, String name, List<?> lines) {
        if (!lines.isEmpty()) {
            files.put(
                    name,
                    SampleFiles.bytes(lines.stream().map(line -> line + "\n").collect(Collectors.joining())));
        }
    }

    /** Returns the last checkpoint of the files. */
    static Checkpoint last(Map<String, byte[]> files) {
        String[] lines =
                new String(files.get(BundleFormat.CHECKPOINTS), java.nio.charset.StandardCharsets.UTF_8).split("\n");
        return CheckpointLine.parse(SampleFiles.bytes(lines[lines.length - 1]))
                .signed()
                .checkpoint();
    }

    /** Returns the manifest of these files. */
    byte[] manifest(Map<String, byte[]> files) {
        Map<String, Sha256> digests = new TreeMap<>();
        files.forEach((name, bytes) -> digests.put(name, Sha256.of(bytes)));
        long records = count(files.getOrDefault(BundleFormat.RECORDS, new byte[0]));
        return SampleFiles.bytes(SampleFiles.manifest(last(files), scope, records, isComplete, digests));
    }

    static long count(byte[] lines) {
        long count = 0;
        for (byte one : lines) {
            count += one == '\n' ? 1 : 0;
        }
        return count;
    }

    /** Returns the files with a manifest that this key signs. */
    Map<String, byte[]> signed(Map<String, byte[]> files, NoteSigner by) {
        byte[] manifest = manifest(files);
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put(BundleFormat.MANIFEST, manifest);
        all.put(BundleFormat.MANIFEST_SIGNATURE, SampleFiles.bytes(SampleFiles.signature(manifest, by)));
        all.putAll(files);
        return all;
    }

    /** Returns the zip of the genuine bundle. */
    byte[] zip() {
        return zip(signed(files(), study.owner()));
    }

    static byte[] zip(Map<String, byte[]> files) {
        Map<String, SampleZip.Content> contents = new LinkedHashMap<>();
        files.forEach((name, bytes) -> contents.put(name, () -> new ByteArrayInputStream(bytes)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SampleZip.write(out, contents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}

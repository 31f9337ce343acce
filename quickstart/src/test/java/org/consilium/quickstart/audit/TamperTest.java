package org.consilium.quickstart.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.quickstart.audit.sample.SampleFiles;
import org.consilium.quickstart.audit.sample.SampleStudy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand bundles that somebody has tampered with, none of which is taken for clean. A failure names its seed. */
class TamperTest {

    private static final int FILE_FLIPS = 4_000;
    private static final int ZIP_FLIPS = 4_600;
    private static final int RECORD_MOVES = 800;
    private static final int SIGNED_FLIPS = 400;
    private static final int FORGERIES = 100;
    private static final int SPLICES = 200;
    private static final int KEY_CHANGES = 100;

    @TempDir
    private static Path folder;

    private static SampleBundle sample;
    private static TreeMap<String, byte[]> files;
    private static Map<String, byte[]> genuine;

    @BeforeAll
    static void make() throws IOException {
        assertThat(FILE_FLIPS + ZIP_FLIPS + RECORD_MOVES + SIGNED_FLIPS + FORGERIES + KEY_CHANGES)
                .isGreaterThanOrEqualTo(10_000);
        sample = new SampleBundle(1, 2, 1);
        // Signatures take nearly all of the time: one checkpoint is enough for most.
        sample.moments.subList(0, sample.moments.size() - 1).clear();
        files = sample.files();
        genuine = sample.signed(files, sample.study.owner());
        assertThat(refusal(SampleBundle.zip(genuine), Optional.empty())).isEmpty();
    }

    @Test
    void any_flipped_byte_of_any_file_is_found() throws IOException {
        List<String> names = List.copyOf(genuine.keySet());
        for (int seed = 0; seed < FILE_FLIPS; seed++) {
            Random random = new Random(seed);
            String name = names.get(random.nextInt(names.size()));
            Map<String, byte[]> changed = new LinkedHashMap<>(genuine);
            changed.put(name, flipped(genuine.get(name), random));
            assertRefused(SampleBundle.zip(changed), "seed " + seed + ", a byte of " + name);
        }
    }

    @Test
    void any_flipped_byte_of_the_zip_is_found() throws IOException {
        byte[] zip = SampleBundle.zip(genuine);
        for (int seed = 0; seed < ZIP_FLIPS; seed++) {
            assertRefused(flipped(zip, new Random(seed)), "seed " + seed + ", a byte of the zip");
        }
    }

    @Test
    void records_that_are_dropped_swapped_doubled_or_cut_off_are_found_whoever_signs_the_manifest() throws IOException {
        NoteSigner stranger = NoteSigner.generate(SampleStudy.ORIGIN);
        List<String> lines = lines(files, BundleFormat.RECORDS);
        for (int seed = 0; seed < RECORD_MOVES; seed++) {
            Random random = new Random(seed);
            List<String> moved = new ArrayList<>(lines);
            int at = random.nextInt(moved.size());
            switch (random.nextInt(4)) {
                case 0 -> moved.remove(at);
                case 1 -> Collections.swap(moved, at, (at + 1 + random.nextInt(moved.size() - 1)) % moved.size());
                case 2 -> moved.add(random.nextInt(moved.size() + 1), moved.get(at));
                default -> moved.subList(at, moved.size()).clear();
            }
            TreeMap<String, byte[]> changed = new TreeMap<>(files);
            changed.remove(BundleFormat.RECORDS);
            if (!moved.isEmpty()) {
                changed.put(BundleFormat.RECORDS, joined(moved));
            }
            boolean isOwner = random.nextBoolean();
            assertRefused(
                    SampleBundle.zip(sample.signed(changed, isOwner ? sample.study.owner() : stranger)),
                    "seed " + seed + ", records moved at " + at + ", owner " + isOwner);
        }
    }

    @Test
    void flipped_bytes_of_what_is_hashed_are_found_even_where_the_owner_signs_the_manifest() throws IOException {
        List<String> names = files.keySet().stream()
                .filter(name -> name.equals(BundleFormat.RECORDS)
                        || name.equals(BundleFormat.PROOF)
                        || name.endsWith(".txt")
                        || name.endsWith(".bin"))
                .toList();
        for (int seed = 0; seed < SIGNED_FLIPS; seed++) {
            Random random = new Random(seed);
            String name = names.get(random.nextInt(names.size()));
            TreeMap<String, byte[]> changed = new TreeMap<>(files);
            changed.put(name, flipped(files.get(name), random));
            assertRefused(
                    SampleBundle.zip(sample.signed(changed, sample.study.owner())),
                    "seed " + seed + ", a byte of " + name + ", signed by the owner");
        }
    }

    @Test
    void a_history_that_somebody_without_the_keys_makes_anew_is_found() throws IOException {
        for (int seed = 0; seed < FORGERIES; seed++) {
            Random random = new Random(seed);
            SampleBundle forged = new SampleBundle(1, 2, 1);
            int at = random.nextInt(forged.log.size());
            switch (random.nextInt(3)) {
                case 0 -> forged.log.set(at, Records.detail(forged.log.get(at), "more", "seed " + seed));
                case 1 ->
                    forged.log.set(
                            at,
                            Records.recorded(
                                    forged.log.get(at),
                                    forged.log.get(at).recorded().plusMillis(1)));
                default -> {
                    // Genuine but for its keys.
                }
            }
            String what = "seed " + seed + ", forged at " + at;
            byte[] zip = SampleBundle.zip(forged.signed(forged.files(), forged.study.owner()));
            // All keys and all records are the forger's: only who knows the owner's key can tell.
            assertRefused(zip, what, Optional.of(sample.study.owner().key()));
            // The genuine records, under keys that they do not name.
            forged.log.clear();
            forged.log.addAll(sample.log);
            forged.signatures.clear();
            forged.signatures.addAll(sample.signatures);
            assertRefused(
                    SampleBundle.zip(forged.signed(forged.files(), forged.study.owner())), what, Optional.empty());
        }
    }

    @Test
    void two_histories_that_are_spliced_are_found_even_where_the_owner_has_signed_both() throws IOException {
        SampleBundle one = new SampleBundle(1, 2, 1);
        SampleBundle other = new SampleBundle(one);
        int parting = one.moments.get(1).size();
        other.log.replaceAll(record -> record.seq() < parting ? record : Records.detail(record, "other", "yes"));
        TreeMap<String, byte[]> ones = one.files();
        TreeMap<String, byte[]> others = other.files();
        // The same checkpoint signed twice is no other history.
        List<String> common = lines(ones, BundleFormat.CHECKPOINTS).subList(0, 2);
        List<String> parted = lines(others, BundleFormat.CHECKPOINTS);
        others.put(
                BundleFormat.CHECKPOINTS,
                joined(Stream.concat(common.stream(), parted.stream().skip(common.size()))
                        .toList()));
        List<String> names = List.of(BundleFormat.RECORDS, BundleFormat.CHECKPOINTS, BundleFormat.PROOF);
        for (int seed = 0; seed < SPLICES; seed++) {
            Random random = new Random(seed);
            TreeMap<String, byte[]> spliced = new TreeMap<>(ones);
            for (String name : names) {
                List<String> head = lines(ones, name);
                List<String> tail = lines(others, name);
                int at = random.nextInt(head.size() + 1);
                List<String> both = new ArrayList<>(head.subList(0, at));
                both.addAll(tail.subList(at, tail.size()));
                spliced.put(name, joined(both));
            }
            boolean isOne = names.stream().allMatch(name -> same(spliced, ones, name))
                    || names.stream().allMatch(name -> same(spliced, others, name));
            if (isOne) {
                continue;
            }
            assertRefused(SampleBundle.zip(one.signed(spliced, one.study.owner())), "seed " + seed + ", spliced");
        }
    }

    @Test
    void keys_that_are_replaced_are_found() throws IOException {
        for (int seed = 0; seed < KEY_CHANGES; seed++) {
            boolean isOwner = seed % 2 == 0;
            NoteSigner other = isOwner
                    ? NoteSigner.generate(SampleStudy.ORIGIN)
                    : NoteSigner.fromPem("site-1", Es256KeyPair.generate().toPem());
            TreeMap<String, byte[]> changed = new TreeMap<>(files);
            changed.put(
                    BundleFormat.KEYS,
                    SampleFiles.bytes(
                            isOwner
                                    ? SampleFiles.keys(other, sample.study.sites())
                                    : SampleFiles.keys(sample.study.owner(), List.of(other))));
            assertRefused(
                    SampleBundle.zip(sample.signed(changed, isOwner ? other : sample.study.owner())),
                    "seed " + seed + ", another key");
        }
    }

    private static boolean same(Map<String, byte[]> one, Map<String, byte[]> other, String name) {
        return java.util.Arrays.equals(one.get(name), other.get(name));
    }

    private static void assertRefused(byte[] zip, String what) throws IOException {
        assertRefused(zip, what, Optional.empty());
    }

    private static void assertRefused(byte[] zip, String what, Optional<NoteKey> key) throws IOException {
        assertThat(refusal(zip, key)).as(what).isNotEmpty();
    }

    /** What a person is told; nothing where the bundle is taken for clean. */
    private static Optional<String> refusal(byte[] zip, Optional<NoteKey> key) throws IOException {
        Path path = Files.write(folder.resolve("bundle.zip"), zip);
        try {
            Verification shown = new Verifier(path, key, List.of()).run();
            return shown.findings().stream().findFirst().map(Finding::line);
        } catch (UnusableBundle e) {
            return Optional.of(e.getMessage());
        }
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
        return changed;
    }

    private static List<String> lines(Map<String, byte[]> from, String name) {
        return new String(from.get(name), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] joined(List<String> lines) {
        return SampleFiles.bytes(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}

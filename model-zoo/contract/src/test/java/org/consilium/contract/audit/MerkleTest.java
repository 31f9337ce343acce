package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against the definitions of RFC 6962, section 2.1, written down here once more, and Certificate Transparency's vectors. */
class MerkleTest {

    /** The leaves and roots of Certificate Transparency's reference tests. */
    private static final List<byte[]> LEAVES = List.of(
            hex(""),
            hex("00"),
            hex("10"),
            hex("2021"),
            hex("3031"),
            hex("40414243"),
            hex("5051525354555657"),
            hex("606162636465666768696a6b6c6d6e6f"));

    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void the_empty_tree_has_the_hash_of_nothing() {
        assertThat(Merkle.empty()).isEqualTo(hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }

    @Test
    void roots_are_those_of_certificate_transparency() {
        for (int size = 1; size <= LEAVES.size(); size++) {
            List<byte[]> hashes =
                    LEAVES.subList(0, size).stream().map(Merkle::leaf).toList();
            assertThat(root(hashes)).isEqualTo(hex(ROOTS.get(size - 1)));
            assertThat(Merkle.root(size, places(size, i -> true), at -> hashes.get((int) at), none()))
                    .isEqualTo(hex(ROOTS.get(size - 1)));
        }
    }

    @Test
    void a_published_proof_of_inclusion_is_accepted() {
        List<byte[]> path = List.of(
                hex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                hex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                hex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
        assertThat(Merkle.isIncluded(Merkle.leaf(LEAVES.get(0)), 0, 8, path, hex(ROOTS.get(7))))
                .isTrue();
    }

    @Test
    void a_published_proof_of_consistency_is_accepted() {
        List<byte[]> path = List.of(
                hex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
        assertThat(Merkle.isConsistent(6, hex(ROOTS.get(5)), 8, hex(ROOTS.get(7)), path))
                .isTrue();
    }

    @Test
    void every_proof_of_inclusion_up_to_40_leaves_is_accepted_and_no_changed_one() {
        for (int size = 1; size <= 40; size++) {
            List<byte[]> hashes = hashes(size);
            byte[] root = root(hashes);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = path(index, hashes);
                assertThat(Merkle.isIncluded(hashes.get(index), index, size, path, root))
                        .isTrue();
                assertThat(Merkle.isIncluded(hashes.get(index), index + 1, size, path, root))
                        .isFalse();
                assertThat(Merkle.isIncluded(flipped(hashes.get(index)), index, size, path, root))
                        .isFalse();
                assertThat(Merkle.isIncluded(hashes.get(index), index, size, path, flipped(root)))
                        .isFalse();
                for (List<byte[]> changed : changes(path)) {
                    assertThat(Merkle.isIncluded(hashes.get(index), index, size, changed, root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void every_proof_of_consistency_up_to_40_leaves_is_accepted_and_no_changed_one() {
        for (int second = 1; second <= 40; second++) {
            List<byte[]> hashes = hashes(second);
            byte[] secondRoot = root(hashes);
            for (int first = 1; first <= second; first++) {
                byte[] firstRoot = root(hashes.subList(0, first));
                List<byte[]> path = first == second ? List.of() : consistency(first, hashes, true);
                assertThat(Merkle.isConsistent(first, firstRoot, second, secondRoot, path))
                        .isTrue();
                assertThat(Merkle.isConsistent(first, flipped(firstRoot), second, secondRoot, path))
                        .isFalse();
                assertThat(Merkle.isConsistent(first, firstRoot, second, flipped(secondRoot), path))
                        .isFalse();
                assertThat(Merkle.isConsistent(second + 1, firstRoot, second, secondRoot, path))
                        .isFalse();
                for (List<byte[]> changed : changes(path)) {
                    assertThat(Merkle.isConsistent(first, firstRoot, second, secondRoot, changed))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void every_tree_goes_on_from_nothing() {
        byte[] root = root(hashes(5));
        assertThat(Merkle.isConsistent(0, Merkle.empty(), 5, root, List.of())).isTrue();
        assertThat(Merkle.isConsistent(0, flipped(Merkle.empty()), 5, root, List.of()))
                .isFalse();
    }

    @Test
    void one_proof_serves_any_choice_of_leaves() {
        Random random = new Random(7);
        for (int run = 0; run < 500; run++) {
            int size = 1 + random.nextInt(70);
            List<byte[]> hashes = hashes(size);
            boolean[] known = new boolean[size];
            for (int i = 0; i < size; i++) {
                known[i] = random.nextInt(4) == 0;
            }
            List<byte[]> rest = new ArrayList<>();
            rest(0, size, known, hashes, rest);
            byte[] root = Merkle.root(size, places(size, i -> known[i]), at -> hashes.get((int) at), rest.iterator());
            assertThat(root).isEqualTo(root(hashes));
        }
    }

    @Test
    void a_proof_with_too_few_or_too_many_hashes_is_refused() {
        List<byte[]> hashes = hashes(5);
        List<byte[]> rest = new ArrayList<>();
        boolean[] known = {false, true, false, false, false};
        rest(0, 5, known, hashes, rest);
        List<byte[]> shorter = rest.subList(0, rest.size() - 1);
        List<byte[]> longer = new ArrayList<>(rest);
        longer.add(rest.get(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Merkle.root(5, List.of(1L).iterator(), at -> hashes.get(1), shorter.iterator()))
                .withMessageContaining("ends too early");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Merkle.root(5, List.of(1L).iterator(), at -> hashes.get(1), longer.iterator()))
                .withMessageContaining("more than belongs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Merkle.root(5, List.of(5L).iterator(), at -> hashes.get(1), rest.iterator()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Merkle.root(5, List.of(1L, 1L).iterator(), at -> hashes.get(1), rest.iterator()));
    }

    private static List<byte[]> hashes(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> Merkle.leaf(("record " + i).getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** MTH of RFC 6962, section 2.1. */
    private static byte[] root(List<byte[]> hashes) {
        if (hashes.size() == 1) {
            return hashes.get(0);
        }
        int k = (int) Merkle.split(hashes.size());
        return Merkle.node(root(hashes.subList(0, k)), root(hashes.subList(k, hashes.size())));
    }

    /** PATH of RFC 6962, section 2.1.1. */
    private static List<byte[]> path(int m, List<byte[]> hashes) {
        if (hashes.size() == 1) {
            return List.of();
        }
        int k = (int) Merkle.split(hashes.size());
        List<byte[]> left = hashes.subList(0, k);
        List<byte[]> right = hashes.subList(k, hashes.size());
        List<byte[]> path = new ArrayList<>(m < k ? path(m, left) : path(m - k, right));
        path.add(m < k ? root(right) : root(left));
        return path;
    }

    /** SUBPROOF of RFC 6962, section 2.1.2. */
    private static List<byte[]> consistency(int m, List<byte[]> hashes, boolean whole) {
        if (m == hashes.size()) {
            return whole ? List.of() : List.of(root(hashes));
        }
        int k = (int) Merkle.split(hashes.size());
        List<byte[]> left = hashes.subList(0, k);
        List<byte[]> right = hashes.subList(k, hashes.size());
        List<byte[]> proof = new ArrayList<>(m <= k ? consistency(m, left, whole) : consistency(m - k, right, false));
        proof.add(m <= k ? root(right) : root(left));
        return proof;
    }

    private static void rest(int from, int to, boolean[] known, List<byte[]> hashes, List<byte[]> rest) {
        if (IntStream.range(from, to).noneMatch(i -> known[i])) {
            rest.add(root(hashes.subList(from, to)));
        } else if (to - from > 1) {
            int middle = from + (int) Merkle.split(to - from);
            rest(from, middle, known, hashes, rest);
            rest(middle, to, known, hashes, rest);
        }
    }

    private static List<List<byte[]>> changes(List<byte[]> path) {
        List<List<byte[]>> changes = new ArrayList<>();
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(Merkle.empty());
        changes.add(longer);
        for (int i = 0; i < path.size(); i++) {
            List<byte[]> other = new ArrayList<>(path);
            other.set(i, flipped(path.get(i)));
            changes.add(other);
            List<byte[]> shorter = new ArrayList<>(path);
            shorter.remove(i);
            changes.add(shorter);
        }
        return changes;
    }

    private static Iterator<Long> places(int size, java.util.function.IntPredicate known) {
        return IntStream.range(0, size).filter(known).asLongStream().boxed().iterator();
    }

    private static Iterator<byte[]> none() {
        return List.<byte[]>of().iterator();
    }

    private static byte[] flipped(byte[] hash) {
        byte[] other = Arrays.copyOf(hash, hash.length);
        other[hash.length / 2] ^= 4;
        return other;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}

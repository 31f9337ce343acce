package org.consilium.quickstart.audit.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.consilium.contract.audit.Merkle;

/** A Merkle tree that keeps the hashes of all its full subtrees, so that roots and proofs of any size are cheap. */
final class GrowingTree {

    private static final int BYTES = 32;

    /** Hashes of full subtrees with 2^level leaves, one after another. */
    private final List<Level> levels = new ArrayList<>();

    private static final class Level {
        private byte[] hashes = new byte[BYTES << 4];
        private int count;

        void add(byte[] hash) {
            if ((count + 1) * BYTES > hashes.length) {
                hashes = Arrays.copyOf(hashes, hashes.length * 2);
            }
            System.arraycopy(hash, 0, hashes, count * BYTES, BYTES);
            count++;
        }

        byte[] get(long index) {
            int at = Math.toIntExact(index * BYTES);
            return Arrays.copyOfRange(hashes, at, at + BYTES);
        }
    }

    void add(byte[] leaf) {
        byte[] hash = leaf;
        for (int level = 0; ; level++) {
            if (level == levels.size()) {
                levels.add(new Level());
            }
            Level here = levels.get(level);
            here.add(hash);
            if (here.count % 2 == 1) {
                return;
            }
            hash = Merkle.node(here.get(here.count - 2L), here.get(here.count - 1L));
        }
    }

    byte[] root(long size) {
        return hash(0, size);
    }

    /** PROOF(m, D[n]) of RFC 6962, section 2.1.2. */
    List<byte[]> consistency(long first, long size) {
        List<byte[]> proof = new ArrayList<>();
        subproof(first, 0, size, true, proof);
        return proof;
    }

    private void subproof(long first, long from, long size, boolean isKnown, List<byte[]> proof) {
        if (first == size) {
            if (!isKnown) {
                proof.add(hash(from, size));
            }
            return;
        }
        long split = Merkle.split(size);
        if (first <= split) {
            subproof(first, from, split, isKnown, proof);
            proof.add(hash(from + split, size - split));
        } else {
            subproof(first - split, from + split, size - split, false, proof);
            proof.add(hash(from, split));
        }
    }

    private byte[] hash(long from, long size) {
        if (Long.bitCount(size) == 1) {
            return levels.get(Long.numberOfTrailingZeros(size)).get(from / size);
        }
        long split = Merkle.split(size);
        return Merkle.node(hash(from, split), hash(from + split, size - split));
    }
}

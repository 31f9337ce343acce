package org.consilium.contract.audit;

import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import org.consilium.contract.Sha256;

/**
 * The Merkle tree's hashes and the checks of its proofs (RFC 6962, section 2.1; the checks as in RFC 9162, sections 2.1.3.2
 * and 2.1.4.2). Hashes are arrays of 32 bytes.
 */
public final class Merkle {

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Merkle() {}

    /** Returns the root of the tree that has no leaves. */
    public static byte[] empty() {
        return Sha256.digester().digest();
    }

    /** Returns the hash of a leaf. */
    public static byte[] leaf(byte[] entry) {
        MessageDigest digester = Sha256.digester();
        digester.update(LEAF);
        return digester.digest(entry);
    }

    /** Returns the hash of a node above two others. */
    public static byte[] node(byte[] left, byte[] right) {
        MessageDigest digester = Sha256.digester();
        digester.update(NODE);
        digester.update(left);
        return digester.digest(right);
    }

    /** Returns the largest power of two that is smaller than a size, at which a tree of that size is split; size at least 2. */
    public static long split(long size) {
        return Long.highestOneBit(size - 1);
    }

    /**
     * Returns whether a leaf is at a place of the tree that has a root.
     *
     * @param index place, from 0
     * @param size number of leaves
     * @param path hashes from the leaf upwards
     */
    public static boolean isIncluded(byte[] leaf, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long place = index;
        long last = size - 1;
        byte[] hash = leaf;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                hash = node(sibling, hash);
                // The right border has no siblings where the tree is not full.
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, sibling);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && MessageDigest.isEqual(hash, root);
    }

    /**
     * Returns whether the tree with the first root is the beginning of the one with the second.
     *
     * @param first number of leaves of the earlier tree, not negative
     * @param second number of leaves of the later one
     * @param path the proof; empty for equal sizes and for the beginning nothing
     */
    public static boolean isConsistent(
            long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> path) {
        if (first < 0 || first > second) {
            return false;
        }
        if (first == second) {
            return path.isEmpty() && MessageDigest.isEqual(firstRoot, secondRoot);
        }
        if (first == 0) {
            return path.isEmpty() && MessageDigest.isEqual(firstRoot, empty());
        }
        Iterator<byte[]> rest = path.iterator();
        long place = first - 1;
        long last = second - 1;
        while ((place & 1) == 1) {
            place >>= 1;
            last >>= 1;
        }
        // A first tree that is full is a node of the second one, and so no part of the proof.
        boolean full = Long.bitCount(first) == 1;
        if (!full && !rest.hasNext()) {
            return false;
        }
        byte[] old = full ? firstRoot : rest.next();
        byte[] present = old;
        while (rest.hasNext()) {
            if (last == 0) {
                return false;
            }
            byte[] hash = rest.next();
            if ((place & 1) == 1 || place == last) {
                old = node(hash, old);
                present = node(hash, present);
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                present = node(present, hash);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && MessageDigest.isEqual(old, firstRoot) && MessageDigest.isEqual(present, secondRoot);
    }

    /**
     * Returns the root of a tree of which some leaves are known and the rest is given as the hashes of the largest subtrees
     * that hold none of them, from left to right: one proof for all the leaves together.
     *
     * @param size number of leaves, at least 1
     * @param known places of the known leaves, ascending, all below the size
     * @param leaf gives the hash of the known leaf at a place; asked once for each, in their order
     * @param rest the other hashes
     * @throws IllegalArgumentException if there are too few or too many of them, or places are not ascending
     */
    public static byte[] root(long size, Iterator<Long> known, LongFunction<byte[]> leaf, Iterator<byte[]> rest) {
        if (size < 1) {
            throw new IllegalArgumentException("a tree of size " + size + " has no proof");
        }
        Selection selection = new Selection(known, leaf, rest);
        byte[] root = selection.root(0, size);
        if (selection.next != Selection.NONE || rest.hasNext()) {
            throw new IllegalArgumentException("the proof has more than belongs into a tree of size " + size);
        }
        return root;
    }

    private static final class Selection {

        static final long NONE = Long.MAX_VALUE;

        private final Iterator<Long> known;
        private final LongFunction<byte[]> leaf;
        private final Iterator<byte[]> rest;
        private long next;

        Selection(Iterator<Long> known, LongFunction<byte[]> leaf, Iterator<byte[]> rest) {
            this.known = known;
            this.leaf = leaf;
            this.rest = rest;
            this.next = known.hasNext() ? known.next() : NONE;
            if (next < 0) {
                throw new IllegalArgumentException("there is no place " + next);
            }
        }

        byte[] root(long from, long size) {
            if (next >= from + size) {
                return given();
            }
            if (size == 1) {
                byte[] hash = leaf.apply(next);
                long before = next;
                next = known.hasNext() ? known.next() : NONE;
                if (next <= before) {
                    throw new IllegalArgumentException("place " + next + " comes after place " + before);
                }
                return hash;
            }
            long left = split(size);
            byte[] hash = root(from, left);
            return node(hash, root(from + left, size - left));
        }

        private byte[] given() {
            try {
                return rest.next();
            } catch (NoSuchElementException e) {
                throw new IllegalArgumentException("the proof ends too early", e);
            }
        }
    }
}

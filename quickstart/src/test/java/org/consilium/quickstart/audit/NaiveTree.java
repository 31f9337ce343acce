package org.consilium.quickstart.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.consilium.contract.Sha256;

/** RFC 6962, section 2.1, word for word over lists, for trees of a few leaves. */
final class NaiveTree {

    private NaiveTree() {}

    static byte[] root(List<byte[]> leaves) {
        int n = leaves.size();
        return n == 1 ? leaves.get(0) : node(root(leaves.subList(0, split(n))), root(leaves.subList(split(n), n)));
    }

    static byte[] leaf(byte[] entry) {
        return hash(0, entry, new byte[0]);
    }

    static List<byte[]> consistency(int m, List<byte[]> leaves) {
        return subproof(m, leaves, true);
    }

    private static List<byte[]> subproof(int m, List<byte[]> leaves, boolean isWhole) {
        int n = leaves.size();
        List<byte[]> proof = new ArrayList<>();
        if (m == n) {
            if (!isWhole) {
                proof.add(root(leaves));
            }
            return proof;
        }
        int k = split(n);
        if (m <= k) {
            proof.addAll(subproof(m, leaves.subList(0, k), isWhole));
            proof.add(root(leaves.subList(k, n)));
        } else {
            proof.addAll(subproof(m - k, leaves.subList(k, n), false));
            proof.add(root(leaves.subList(0, k)));
        }
        return proof;
    }

    /** The largest subtrees that hold none of the known leaves. */
    static List<byte[]> rest(List<byte[]> leaves, IntPredicate known) {
        List<byte[]> rest = new ArrayList<>();
        rest(0, leaves, known, rest);
        return rest;
    }

    private static void rest(int from, List<byte[]> leaves, IntPredicate known, List<byte[]> into) {
        int n = leaves.size();
        boolean hasKnown = false;
        for (int i = 0; i < n; i++) {
            hasKnown |= known.test(from + i);
        }
        if (!hasKnown) {
            into.add(root(leaves));
        } else if (n > 1) {
            rest(from, leaves.subList(0, split(n)), known, into);
            rest(from + split(n), leaves.subList(split(n), n), known, into);
        }
    }

    private static int split(int n) {
        int k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
        return k;
    }

    private static byte[] node(byte[] left, byte[] right) {
        return hash(1, left, right);
    }

    private static byte[] hash(int kind, byte[] first, byte[] second) {
        byte[] all = new byte[1 + first.length + second.length];
        all[0] = (byte) kind;
        System.arraycopy(first, 0, all, 1, first.length);
        System.arraycopy(second, 0, all, 1 + first.length, second.length);
        return Sha256.of(all).bytes();
    }
}

package org.consilium.quickstart.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.consilium.contract.Sha256;

/**
 * What records say that another file must say too, and the other way round: each claim is a text that both make out of their
 * own members. A log has very many, so only their SHA-256 and the record's number are kept, 40 bytes each, in a hash table
 * with open addressing.
 */
final class Claims {

    private static final int WORDS = Sha256.BYTES / Long.BYTES;
    private static final int SLOT = WORDS + 1;
    private static final int FIRST = 1 << 8;

    private long[] slots = new long[FIRST * SLOT];
    private int count;

    /** Adds what a record claims. */
    void add(long seq, String claim) {
        // Three quarters full at most, so that searches stay short.
        if (count + 1 > slots.length / SLOT / 4 * 3) {
            grow();
        }
        put(slots, digest(claim), seq);
        count++;
    }

    /** Returns the number of a record that claims this, and takes it out; nothing if none does. */
    OptionalLong take(String claim) {
        long[] digest = digest(claim);
        int slot = find(slots, digest, true);
        if (isFree(slots, slot)) {
            return OptionalLong.empty();
        }
        long seq = place(slots[slot + WORDS]);
        // The slot stays taken, or else those that came after it would not be found any more.
        slots[slot + WORDS] = -slots[slot + WORDS];
        return OptionalLong.of(seq);
    }

    /** Tells the numbers of the records whose claims nobody has taken. */
    void forEachLeft(LongConsumer seq) {
        for (int slot = 0; slot < slots.length; slot += SLOT) {
            if (slots[slot + WORDS] > 0) {
                seq.accept(place(slots[slot + WORDS]));
            }
        }
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int slot = 0; slot < slots.length; slot += SLOT) {
            if (!isFree(slots, slot)) {
                int free = find(larger, Arrays.copyOfRange(slots, slot, slot + WORDS), false);
                System.arraycopy(slots, slot, larger, free, SLOT);
            }
        }
        slots = larger;
    }

    private static void put(long[] slots, long[] digest, long seq) {
        int slot = find(slots, digest, false);
        System.arraycopy(digest, 0, slots, slot, WORDS);
        slots[slot + WORDS] = seq + 1;
    }

    /** Returns the slot of a digest that is not taken out, or a free one; a free one always where none is wanted. */
    private static int find(long[] slots, long[] digest, boolean isWanted) {
        int size = slots.length / SLOT;
        int slot = (int) (digest[0] & size - 1);
        while (!isFree(slots, slot * SLOT)) {
            int at = slot * SLOT;
            if (isWanted && slots[at + WORDS] > 0 && Arrays.equals(slots, at, at + WORDS, digest, 0, WORDS)) {
                return at;
            }
            slot = slot + 1 & size - 1;
        }
        return slot * SLOT;
    }

    /** Numbers are kept plus one, so that zero is a free slot, and negative when they are taken out. */
    private static boolean isFree(long[] slots, int at) {
        return slots[at + WORDS] == 0;
    }

    private static long place(long kept) {
        return Math.abs(kept) - 1;
    }

    private static long[] digest(String claim) {
        ByteBuffer bytes = ByteBuffer.wrap(Sha256.digester().digest(claim.getBytes(StandardCharsets.UTF_8)));
        long[] words = new long[WORDS];
        bytes.asLongBuffer().get(words);
        return words;
    }
}

package org.consilium.site.training;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.DoubleSupplier;
import org.consilium.contract.Sha256;

/**
 * Draws of a standard normal distribution that nobody can tell beforehand or afterwards who has not the key: Box and Muller's
 * transform (1958) of SHA-256 over the key and a counter. One key gives one sequence.
 */
final class SecretNormals implements DoubleSupplier {

    private static final double BITS = 0x1.0p-53;

    private final byte[] key;
    private final MessageDigest digester = Sha256.digester();
    private final double[] ready = new double[4];
    private int left;
    private long blocks;

    /** @param key of 32 bytes */
    SecretNormals(Sha256 key) {
        this.key = key.bytes();
    }

    @Override
    public double getAsDouble() {
        if (left == 0) {
            digester.update(key);
            digester.update(ByteBuffer.allocate(Long.BYTES).putLong(blocks++).flip());
            ByteBuffer block = ByteBuffer.wrap(digester.digest());
            for (int i = 0; i < ready.length; i += 2) {
                // above 0, whose logarithm there is none of
                double radius = Math.sqrt(-2 * Math.log(((block.getLong() >>> 11) + 1) * BITS));
                double angle = 2 * Math.PI * (block.getLong() >>> 11) * BITS;
                ready[i] = radius * Math.cos(angle);
                ready[i + 1] = radius * Math.sin(angle);
            }
            left = ready.length;
        }
        return ready[--left];
    }
}

package org.consilium.algorithm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/**
 * Seeds derived from a study's one seed: the first eight bytes, big-endian, of SHA-256 over the seed (eight bytes,
 * big-endian) and a UTF-8 label, so that streams of different purposes never meet.
 */
public final class Seeds {

    private Seeds() {}

    /** Returns the seed for the order of a site's images in a round. */
    public static long training(long study, RoundNumber round, SiteId site) {
        return derived(study, "train/" + round.value() + "/" + site.value());
    }

    /** Returns the seed for the initial parameters of a study's model. */
    public static long initialModel(long study) {
        return derived(study, "initial-model");
    }

    /** Returns the seed for the labelled purpose. */
    public static long derived(long study, String label) {
        MessageDigest digester = Sha256.digester();
        digester.update(ByteBuffer.allocate(Long.BYTES).putLong(study).flip());
        digester.update(label.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digester.digest()).getLong();
    }

    /** Returns the source of chance for the labelled purpose. */
    static UniformRandomProvider random(long study, String label) {
        return RandomSource.XO_RO_SHI_RO_128_PP.create(derived(study, label));
    }
}

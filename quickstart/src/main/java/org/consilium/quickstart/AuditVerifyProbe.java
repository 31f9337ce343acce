package org.consilium.quickstart;

import jakarta.json.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.quickstart.audit.Verification;
import org.consilium.quickstart.audit.Verifier;
import org.consilium.quickstart.platform.ResidentMemory;

/** The process that {@code consilium bench audit-verify} measures: verifies a bundle and says what that took, as JSON. */
final class AuditVerifyProbe {

    private static final double NANOS = 1e9;
    private static final double MB = 1 << 20;

    private AuditVerifyProbe() {}

    /**
     * Verifies and measures.
     *
     * @param args the bundle
     */
    public static void main(String[] args) throws IOException {
        long begun = System.nanoTime();
        Verification shown = new Verifier(Path.of(args[0]), Optional.empty(), List.of()).run();
        double seconds = (System.nanoTime() - begun) / NANOS;
        if (!shown.isClean()) {
            System.out.println(
                    "the bundle is not clean: " + shown.findings().get(0).line() + ".");
            System.exit(1);
        }
        double rss = ResidentMemory.peakMb();
        System.out.println(Json.createObjectBuilder()
                .add("seconds", seconds)
                .add("peakHeapMb", peakHeap() / MB)
                .add("peakRssMb", Double.isNaN(rss) ? 0 : rss)
                .add("counterSignatures", shown.checked().get("counterSignatures"))
                .add("rounds", shown.checked().get("rounds"))
                .add("contentBytes", shown.contentBytes())
                .add("sha256Seconds", hashing(shown.contentBytes()))
                .build());
    }

    private static double peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(java.lang.management.MemoryUsage::getUsed)
                .sum();
    }

    /** SHA-256 takes as long for some bytes as for others. */
    private static double hashing(long bytes) {
        byte[] chunk = new byte[1 << 16];
        MessageDigest digester = Sha256.digester();
        long begun = System.nanoTime();
        for (long left = bytes; left > 0; left -= chunk.length) {
            digester.update(chunk, 0, (int) Math.min(left, chunk.length));
        }
        digester.digest();
        return (System.nanoTime() - begun) / NANOS;
    }
}

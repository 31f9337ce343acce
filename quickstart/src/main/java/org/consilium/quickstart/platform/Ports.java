package org.consilium.quickstart.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Gives each part a port: the one of the last start if it is still free, so that addresses in a browser stay good.
 *
 * <p>New ones are taken below the ranges from which operating systems give ports to outgoing connections; otherwise a
 * connection of another part could take the port before its owner listens.
 */
final class Ports {

    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 19_999;

    private final Path file;
    private final Properties known = new Properties();
    private final Set<Integer> taken = new HashSet<>();
    private final SplittableRandom random = new SplittableRandom();

    /** Reads the ports of the last start, if there was one. */
    Ports(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (var in = Files.newBufferedReader(file)) {
                known.load(in);
            } catch (IOException e) {
                throw PrivateFiles.cannot("read", file, e);
            }
        }
    }

    /** Returns a free port for the part. */
    synchronized int of(String part) {
        int port = ofLastStart(part);
        for (int tries = 0; port == 0 || taken.contains(port) || !free(port); tries++) {
            if (tries > 1000) {
                throw new PlatformException("no free port between " + LOWEST + " and " + HIGHEST + " was found for "
                        + part + ". Stop other programs and try again.");
            }
            port = random.nextInt(LOWEST, HIGHEST + 1);
        }
        return keep(part, port);
    }

    /** Returns the port that a person asked for, or refuses when it is in use. */
    synchronized int fixed(String part, int port, String option) {
        if (taken.contains(port) || !free(port)) {
            throw new PlatformException(
                    "port " + port + " for the " + part + " is in use. Stop the program that listens on it"
                            + " (see: ss -ltnp 'sport = :" + port + "'), give another " + option
                            + ", or leave it out to take a free one.");
        }
        return keep(part, port);
    }

    private int ofLastStart(String part) {
        try {
            return Integer.parseInt(known.getProperty(part, "0"));
        } catch (NumberFormatException e) {
            // A damaged file costs only the old addresses.
            return 0;
        }
    }

    private int keep(String part, int port) {
        taken.add(port);
        known.setProperty(part, Integer.toString(port));
        PrivateFiles.write(file, known, "the ports of the last start");
        return port;
    }

    /** Both the loopback and the wildcard address: either one may be what the part binds. */
    private static boolean free(int port) {
        return binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && binds(new InetSocketAddress(port));
    }

    private static boolean binds(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            // Else a connection of the last run that is still in TIME_WAIT would count as a listener.
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

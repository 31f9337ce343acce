package org.consilium.server.platform;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The line between the application and its database: a test may cut it and mend it. Thread-safe. */
public final class LineForTests {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final int database;
    private final int port;
    private final List<Socket> open = new ArrayList<>();
    private ServerSocket door;

    LineForTests(int database) {
        this.database = database;
        this.door = listen(0);
        this.port = door.getLocalPort();
    }

    int port() {
        return port;
    }

    /** Breaks all connections and refuses new ones. */
    public synchronized void cut() {
        close(door);
        open.forEach(LineForTests::close);
        open.clear();
    }

    /** Lets connections through again. */
    public synchronized void mend() {
        if (door.isClosed()) {
            door = listen(port);
        }
    }

    private ServerSocket listen(int at) {
        try {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(HERE, at));
            start("line to the database", () -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket from = listening.accept();
                Socket to = new Socket(HERE, database);
                synchronized (this) {
                    if (listening.isClosed()) {
                        close(from);
                        close(to);
                        return;
                    }
                    open.add(from);
                    open.add(to);
                }
                start("to the database", () -> copy(from, to));
                start("from the database", () -> copy(to, from));
            } catch (IOException e) {
                // The line was cut while waiting, or the caller went away: the condition of the loop decides.
                continue;
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either end has gone, or the line was cut; closing both ends says so to the other.
            return;
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

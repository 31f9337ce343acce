package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.util.List;

/** The JDK that runs this program, which runs the servers too. */
final class Jvm {

    private Jvm() {}

    static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    static String program() {
        return home().resolve("bin").resolve("java").toString();
    }

    /** Options of every server: nothing is left in the system's temporary folder. */
    static List<String> tidy(Path temporary) {
        return List.of("-XX:-UsePerfData", "-Djava.io.tmpdir=" + temporary, "-Dfile.encoding=UTF-8");
    }
}

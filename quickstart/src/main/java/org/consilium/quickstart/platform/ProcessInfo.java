package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One running process of the platform.
 *
 * @param name the part, such as {@code site-1}
 * @param pid process id
 * @param startedAt when the operating system says that it started
 * @param log file with its output
 */
public record ProcessInfo(String name, long pid, Instant startedAt, Path log) {}

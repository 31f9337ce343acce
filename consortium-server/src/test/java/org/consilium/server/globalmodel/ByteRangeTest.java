package org.consilium.server.globalmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-, 0, 100",
        "bytes=99-, 99, 100",
        "bytes=10-19, 10, 20",
        "bytes=10-10, 10, 11",
        "bytes=10-1000, 10, 100",
        "bytes=-5, 95, 100",
        "bytes=-1000, 0, 100"
    })
    void a_range_is_read_as_the_standard_says(String header, long from, long to) {
        assertThat(ByteRange.parse(header, 100)).contains(new ByteRange(from, to));
    }

    /** RFC 9110, section 14.1.1: a range whose last byte lies before its first is not valid, and is ignored. */
    @ParameterizedTest
    @ValueSource(strings = {"bytes=-", "bytes=1-2,4-5", "items=1-2", "bytes=a-b", "", "bytes=5-3"})
    void what_is_no_single_valid_range_is_ignored(String header) {
        assertThat(ByteRange.parse(header, 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void a_range_outside_the_body_is_unsatisfiable(String header) {
        assertThatThrownBy(() -> ByteRange.parse(header, 100)).isInstanceOf(ByteRange.UnsatisfiableRange.class);
    }

    @Test
    void the_cache_keeps_the_youngest_chunks_and_no_more() {
        ChunkCache cache = new ChunkCache(2);
        byte[] bytes = {1};
        cache.put(1, 0, bytes);
        cache.put(1, 1, bytes);
        cache.put(2, 0, bytes);
        assertThat(cache.get(1, 0)).isEmpty();
        assertThat(cache.get(1, 1)).contains(bytes);
        assertThat(cache.get(2, 0)).contains(bytes);
        cache.drop(2);
        assertThat(cache.get(1, 1)).contains(bytes);
        assertThat(cache.get(2, 0)).isEmpty();
        ChunkCache none = new ChunkCache(0);
        none.put(1, 0, bytes);
        assertThat(none.get(1, 0)).isEmpty();
    }
}

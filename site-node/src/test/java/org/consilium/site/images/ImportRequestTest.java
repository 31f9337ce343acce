package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.consilium.site.platform.Responses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportRequestTest {

    @Test
    void what_is_left_out_means_bytes_and_no_replacing() {
        ImportRequest request = ImportRequest.fromJson(Responses.object(
                "{\"dataset\":\"cells\",\"folder\":\"/data/old/../cells/\",\"modality\":\"microscopy\"}"));

        assertThat(request).isEqualTo(new ImportRequest("cells", Path.of("/data/cells"), "microscopy", false, false));
    }

    @Test
    void files_may_be_kept_and_images_replaced() {
        ImportRequest request = ImportRequest.fromJson(
                Responses.object("{\"dataset\":\"cells\",\"folder\":\"/data\",\"modality\":\"CT\",\"replace\":true,"
                        + "\"store\":\"path\"}"));

        assertThat(request.replace()).isTrue();
        assertThat(request.keepFiles()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                              | 'dataset'",
                "{'dataset':7,'folder':'/data','modality':'CT'}                  | 'dataset'",
                "{'dataset':'Cells','folder':'/data','modality':'CT'}            | 'dataset'",
                "{'dataset':'../cells','folder':'/data','modality':'CT'}         | 'dataset'",
                "{'dataset':'cells','modality':'CT'}                             | 'folder'",
                "{'dataset':'cells','folder':'data/cells','modality':'CT'}       | 'folder'",
                "{'dataset':'cells','folder':'../etc','modality':'CT'}           | 'folder'",
                "{'dataset':'cells','folder':'/data\\u0000','modality':'CT'}     | 'folder'",
                "{'dataset':'cells','folder':'/data'}                            | 'modality'",
                "{'dataset':'cells','folder':'/data','modality':' '}             | 'modality'",
                "{'dataset':'cells','folder':'/data','modality':'CT','store':'x'}| 'store'",
                "{'dataset':'cells','folder':'/data','modality':'CT','replace':'yes'}| 'replace'",
            },
            quoteCharacter = '`')
    void a_member_that_is_wrong_is_named(String json, String member) {
        assertThatThrownBy(() -> ImportRequest.fromJson(Responses.object(json.replace('\'', '"'))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member);
    }
}

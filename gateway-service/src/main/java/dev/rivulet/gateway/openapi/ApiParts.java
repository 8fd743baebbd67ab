// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The parts of the document that lie on the class path as {@code openapi/*.yaml}. */
final class ApiParts {

    private static final String PLACE = "classpath*:openapi/*.yaml";

    private ApiParts() {}

    /** All of them, {@code gateway.yaml} with the head of the document first, the others by name. */
    static List<ObjectNode> onClassPath() {
        try {
            Resource[] files = new PathMatchingResourcePatternResolver().getResources(PLACE);
            Arrays.sort(
                    files,
                    Comparator.comparing((Resource file) -> !"gateway.yaml".equals(file.getFilename()))
                            .thenComparing(file -> String.valueOf(file.getFilename())));
            List<ObjectNode> parts = new ArrayList<>();
            for (Resource file : files) {
                parts.add(read(file));
            }
            return parts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode read(Resource file) throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        try (InputStream bytes = file.getInputStream()) {
            Map<String, Object> read = new Yaml(new SafeConstructor(strict)).load(bytes);
            return JsonMapper.shared().valueToTree(read);
        }
    }
}

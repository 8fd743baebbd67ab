// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Backends from settings as an operator writes them. */
final class TestBackends {

    private TestBackends() {}

    static S3Settings settings(Map<String, String> settings) {
        Map<String, String> named = new TreeMap<>();
        settings.forEach((name, value) -> named.put("s3." + name, value));
        return new Binder(new MapConfigurationPropertySource(named)).bindOrCreate("s3", S3Settings.class);
    }

    static S3Backend open(Map<String, String> settings) {
        return S3Backend.open(settings(settings));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.List;
import java.util.Map;

/** A version that a caller wants to register. */
public record NewVersion(VersionName name, List<ModelFile> files, Map<String, String> tags) {}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.nio.file.Path;

/** The schema and the wordings of the building, as the tests read them. */
final class Books {
    static final BuildingSchema SCHEMA = BuildingSchema.read(Path.of("building/schema.json"));
    static final TemplateBook BOOK = TemplateBook.read(SCHEMA);

    private Books() {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

/** Where it is kept what people say about models. Methods join the transaction of the caller, which holds the lock of the model. */
public interface CurationStore {

    /** Replaces description and licence. */
    void describe(ModelName model, String description, String license);

    /** Replaces the description of a version. */
    void describe(ModelName model, VersionName version, String description);

    /** The model card; empty if there is none. */
    String card(ModelName model);

    /** Replaces the model card. */
    void putCard(ModelName model, String card);

    /** Sets a tag of a model. */
    void putTag(ModelName model, String key, String value);

    /** Removes a tag of a model. */
    void removeTag(ModelName model, String key);

    /** Sets a label of a version. */
    void putLabel(ModelName model, VersionName version, String key, String value);

    /** Removes a label of a version. */
    void removeLabel(ModelName model, VersionName version, String key);

    /** Removes a version to which no alias points. */
    void removeVersion(ModelName model, VersionName version);

    /** Removes a model with all it has, and keeps the revision that its removal was told with. */
    void removeModel(Model model);
}

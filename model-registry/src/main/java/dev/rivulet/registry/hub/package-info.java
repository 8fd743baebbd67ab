// SPDX-License-Identifier: Apache-2.0
/** The catalogue read as clients of Hugging Face's hub read: a model is a repository, its versions and aliases are revisions. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifacts", "catalog"})
package dev.rivulet.registry.hub;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

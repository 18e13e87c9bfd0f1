/** Writes deploy/vms.example.yaml and its schema from the schemas of the services. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotatedYaml, editorSchema, SCHEMA_FILE } from '../apps/vms/config/annotated-file.ts';
import { configurationSchema } from '../apps/vms/config/configuration.ts';

const DEPLOY = join(import.meta.dirname, '..', 'deploy');

writeFileSync(join(DEPLOY, 'vms.example.yaml'), annotatedYaml(configurationSchema));
const schema = JSON.stringify(editorSchema(configurationSchema), undefined, 2);
writeFileSync(join(DEPLOY, SCHEMA_FILE), `${schema}\n`);

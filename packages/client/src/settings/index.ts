export { type FileSettings, readConfigFile } from './config-file.ts'
export { type BatchSettings, batchSettings, readSettings, type Settings, type SettingsSources, usersConfigFile } from './settings.ts'
